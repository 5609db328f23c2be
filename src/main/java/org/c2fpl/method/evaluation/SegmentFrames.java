package org.c2fpl.method.evaluation;

/** The numbers of anomalous and normal frames of a segment. */
public record SegmentFrames(long positives, long negatives) {}
