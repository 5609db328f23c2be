package org.c2fpl.method.coarse;

import java.io.Serializable;

/**
 * A mixture of two Gaussians in two dimensions.
 *
 * @param weights two, adding up to 1
 * @param means two of two
 * @param covariances two of four, row-major
 */
public record Mixture2(double[] weights, double[][] means, double[][] covariances)
    implements Serializable {}
