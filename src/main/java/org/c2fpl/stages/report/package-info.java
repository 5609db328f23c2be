/** What {@code report} gathers from the tables; {@code org.c2fpl.report} makes the page of it. */
package org.c2fpl.stages.report;
