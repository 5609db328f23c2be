/**
 * What several stages share of the segment tables: splits and batches, runs of segments, rows of
 * features.
 */
package org.c2fpl.segments;
