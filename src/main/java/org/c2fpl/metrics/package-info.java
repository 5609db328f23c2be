/** The numbers of stages, as a source of Spark's metrics system and as fields of log lines. */
package org.c2fpl.metrics;
