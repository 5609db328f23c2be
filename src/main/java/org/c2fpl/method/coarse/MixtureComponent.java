package org.c2fpl.method.coarse;

import java.io.Serializable;

/**
 * One Gaussian of a mixture in two dimensions.
 *
 * @param weight its share of the mixture
 * @param mean two
 * @param covariance four, row-major
 */
public record MixtureComponent(double weight, double[] mean, double[] covariance)
    implements Serializable {}
