package org.c2fpl.method.evaluation;

/** How many anomalous and normal frames a segment stands for. */
public record SegmentFrames(long positives, long negatives) {}
