/** The HTML page of the report. Plain Java, without Spark. */
package org.c2fpl.report.page;
