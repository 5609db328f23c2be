/** Everything there → {@code report}: what the page shows, gathered from the tables. */
package org.c2fpl.report;
