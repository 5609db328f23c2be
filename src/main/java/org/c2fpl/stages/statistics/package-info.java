/** Fits and computes statistics of segments beyond the norm. */
package org.c2fpl.stages.statistics;
