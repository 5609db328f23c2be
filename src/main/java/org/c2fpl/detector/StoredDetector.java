package org.c2fpl.detector;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The content of {@code detector.json}, with its field names on disk. Earlier detectors also have
 * the state of the updater, which nothing reads.
 *
 * @param fingerprint of the inputs and parameters it was trained from
 * @param featureProfileSha256 null if features are not standardised
 * @param smooth null in a detector from before smoothing
 * @param training for people; loading does not interpret it
 * @param sha256 of all other fields; null before it is computed
 */
@JsonIgnoreProperties({"updater_values", "updater_sha256"})
@JsonInclude(JsonInclude.Include.NON_NULL)
record StoredDetector(
    @JsonProperty(value = "format_version", required = true) int formatVersion,
    @JsonProperty(value = "id", required = true) String id,
    @JsonProperty(value = "fingerprint", required = true) String fingerprint,
    @JsonProperty(value = "architecture", required = true) Shape architecture,
    @JsonProperty(value = "parameters", required = true) long parameters,
    @JsonProperty(value = "parameter_hash", required = true) String parameterHash,
    @JsonProperty(value = "standardized", required = true) boolean standardized,
    @JsonProperty("feature_profile_sha256") String featureProfileSha256,
    @JsonProperty("smooth") Double smooth,
    @JsonProperty(value = "threshold", required = true) double threshold,
    @JsonProperty(value = "threshold_rule", required = true) String thresholdRule,
    @JsonProperty(value = "training", required = true) ObjectNode training,
    @JsonProperty("sha256") String sha256) {
  static final Pattern ID = Pattern.compile("detector-[0-9a-f]{12}");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  /**
   * @throws IllegalArgumentException if a value is not possible
   */
  StoredDetector {
    requireText(SHA256, "fingerprint", fingerprint);
    require(architecture != null, "architecture", null);
    require(parameters > 0, "parameters", parameters);
    requireText(SHA256, "parameter_hash", parameterHash);
    if (standardized && featureProfileSha256 == null) {
      throw new IllegalArgumentException("it has no feature_profile_sha256");
    }
    require(thresholdRule != null, "threshold_rule", null);
    require(training != null, "training", null);
  }

  /** {@code current.json}. */
  record Current(
      @JsonProperty(value = "format_version", required = true) int formatVersion,
      @JsonProperty(value = "version", required = true) String version) {
    Current {
      requireText(ID, "version", version);
    }
  }

  /**
   * The {@code architecture}.
   *
   * @param attention null, which means true, in a detector from before this option
   * @param decayBiases null, which means false, in such a detector
   */
  record Shape(
      @JsonProperty(value = "type", required = true) String type,
      @JsonProperty("attention") Boolean attention,
      @JsonProperty(value = "crops", required = true) int crops,
      @JsonProperty("decay_biases") Boolean decayBiases,
      @JsonProperty(value = "dim", required = true) int dim,
      @JsonProperty(value = "hidden", required = true) List<Integer> hidden,
      @JsonProperty(value = "l2", required = true) double l2,
      @JsonProperty(value = "retain", required = true) double retain) {
    private static final String TYPE = "gated-attention";

    Shape {
      require(TYPE.equals(type), "type", type);
      require(dim > 0 && dim <= DetectorArchitecture.MAX_DIM, "dim", dim);
      require(crops > 0 && crops <= DetectorArchitecture.MAX_CROPS, "crops", crops);
      require(hidden != null && hidden.stream().noneMatch(Objects::isNull), "hidden", hidden);
      require(Double.isFinite(l2), "l2", l2);
      require(Double.isFinite(retain), "retain", retain);
    }

    static Shape of(DetectorArchitecture of) {
      return new Shape(
          TYPE,
          of.attention(),
          of.crops(),
          of.decayBiases(),
          of.dim(),
          of.hidden(),
          of.l2(),
          of.retain());
    }

    DetectorArchitecture read() {
      return new DetectorArchitecture(
          dim,
          crops,
          hidden,
          retain,
          l2,
          attention == null || attention,
          decayBiases != null && decayBiases);
    }
  }

  private static void requireText(Pattern pattern, String name, String value) {
    require(value != null && pattern.matcher(value).matches(), name, value);
  }

  private static void require(boolean possible, String name, Object value) {
    if (!possible) {
      throw new IllegalArgumentException("its " + name + " is " + ModelFiles.brief(value));
    }
  }
}
