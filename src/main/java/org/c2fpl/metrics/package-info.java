/** What stages tell, as a source of Spark's metrics system and as facts of log lines. */
package org.c2fpl.metrics;
