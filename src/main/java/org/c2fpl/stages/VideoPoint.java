package org.c2fpl.stages;

import java.io.Serializable;

/** A video as the clustering sees it: x = [μ, σ] (Eqs. 1, 2). */
record VideoPoint(String videoId, double mu, double sigma) implements Serializable {}
