package org.c2fpl.detector;

import java.io.Serializable;
import org.c2fpl.method.detection.ScoreSmoothing;
import org.c2fpl.method.statistics.FeatureProfile;
import org.c2fpl.workspace.Fingerprints;

/**
 * A trained detector as numbers.
 *
 * @param parameters float32 little-endian, in DL4J's flattened order
 * @param profile standardises features before the network; null to use them as they are
 * @param smooth σ in segments of the smoothing of scores; 0 for none
 * @param threshold detections are scores above it
 * @param thresholdRule how it was chosen, for people
 */
public record DetectorModel(
    DetectorArchitecture architecture,
    byte[] parameters,
    FeatureProfile profile,
    double smooth,
    double threshold,
    String thresholdRule)
    implements Serializable {

  /**
   * @throws IllegalArgumentException if the number of parameters does not match the architecture,
   *     one is not finite, or the smoothing is out of range
   */
  public DetectorModel {
    if (parameters.length != architecture.parameterCount() * Float.BYTES) {
      throw new IllegalArgumentException(
          "it has "
              + parameters.length / Float.BYTES
              + " coefficients where the architecture needs "
              + architecture.parameterCount());
    }
    for (float value : LittleEndian.floats(parameters)) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException("a coefficient is " + value);
      }
    }
    if (profile != null && profile.dimensions() != architecture.dim()) {
      throw new IllegalArgumentException(
          "its feature profile has "
              + profile.dimensions()
              + " dimensions, its network "
              + architecture.dim());
    }
    if (!(smooth >= 0 && smooth <= ScoreSmoothing.MAX_SIGMA)) {
      throw new IllegalArgumentException("its smooth is " + smooth);
    }
    if (!Double.isFinite(threshold)) {
      throw new IllegalArgumentException("its threshold is " + threshold);
    }
  }

  /** Without smoothing. */
  public DetectorModel(
      DetectorArchitecture architecture,
      byte[] parameters,
      FeatureProfile profile,
      double threshold,
      String thresholdRule) {
    this(architecture, parameters, profile, 0, threshold, thresholdRule);
  }

  /** SHA-256 of the parameters. */
  public String parameterHash() {
    return Fingerprints.sha256(parameters);
  }

  /** The name of the version: a prefix of the parameter hash. */
  public String id() {
    return "detector-" + parameterHash().substring(0, 12);
  }
}
