/** All tables → {@code report}: gathers the data of the page from the tables. */
package org.c2fpl.report;
