/** The command line: options, help, exit codes, the Spark session and the record of a run. */
package org.c2fpl.cli;
