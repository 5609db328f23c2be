/**
 * One class a stage: reads tables, calls the method, writes tables. Options come as records, so
 * that the command line, {@code run} and tests call the same code.
 */
package org.c2fpl.stages;
