package org.c2fpl.method.evaluation;

/** All frames of one score. */
public record ScoreGroup(double score, long positives, long negatives) {}
