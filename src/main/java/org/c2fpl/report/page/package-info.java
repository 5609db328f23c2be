/** The HTML page that people look at. Plain Java: knows nothing of Spark. */
package org.c2fpl.report.page;
