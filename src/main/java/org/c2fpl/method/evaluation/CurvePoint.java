package org.c2fpl.method.evaluation;

import java.io.Serializable;

/** Frames at or above a score, of both kinds: a point of the ROC and of the PR curve. */
public record CurvePoint(double score, long truePositives, long falsePositives)
    implements Serializable {}
