/**
 * Access to the segment tables for several stages: splits and batches, runs of segments, rows of
 * features.
 */
package org.c2fpl.segments;
