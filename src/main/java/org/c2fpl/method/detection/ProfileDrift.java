package org.c2fpl.method.detection;

import org.c2fpl.method.statistics.FeatureProfile;

/**
 * The drift of footage from the footage whose profile standardises a model's features.
 *
 * @param shift root mean square, over the dimensions, of the distance between the two means in
 *     deviations of the model's profile; 0 without drift
 * @param norm root mean square of the standardised features, which is the norm of a standardised
 *     feature vector over the square root of its dimension; 1 without drift
 */
public record ProfileDrift(double shift, double norm) {

  /**
   * Dimensions in which the model's profile does not vary are left out, as they standardise to 0.
   *
   * @param model the profile with which the model standardises
   * @param footage mean and deviation of the footage in question
   * @return no drift if no dimension varies
   * @throws IllegalArgumentException if the dimensions differ
   */
  public static ProfileDrift of(FeatureProfile model, FeatureProfile footage) {
    if (model.dimensions() != footage.dimensions()) {
      throw new IllegalArgumentException(
          "profiles have " + model.dimensions() + " and " + footage.dimensions() + " dimensions");
    }
    double[] mean = model.mean();
    double[] deviation = model.deviation();
    double[] footageMean = footage.mean();
    double[] footageDeviation = footage.deviation();
    double shift = 0;
    double norm = 0;
    int varying = 0;
    for (int d = 0; d < mean.length; d++) {
      if (deviation[d] > 0) {
        double z = (footageMean[d] - mean[d]) / deviation[d];
        double ratio = footageDeviation[d] / deviation[d];
        shift += z * z;
        norm += z * z + ratio * ratio;
        varying++;
      }
    }
    return varying == 0
        ? new ProfileDrift(0, 1)
        : new ProfileDrift(Math.sqrt(shift / varying), Math.sqrt(norm / varying));
  }
}
