package org.c2fpl.formats.annotations;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ground truth of one video.
 *
 * <p>Truth is known frame by frame when the label is 0 (every frame is normal) or ranges are given.
 * Label 1 or none without ranges says nothing about frames: such a video cannot be evaluated.
 *
 * @param videoId the name, as written by the publisher or as ingested
 * @param split the split it belongs to; null if the file does not have it
 * @param label 1 anomalous, 0 normal, null unknown
 * @param frames length in frames; null if unknown (then 16 × segments counts)
 * @param clazz the kind of anomaly in the publisher's words; null if the file does not have it
 * @param anomalies anomalous frames: ascending, disjoint, not empty
 */
public record VideoAnnotation(
    String videoId,
    @Nullable String split,
    @Nullable Integer label,
    @Nullable Long frames,
    @Nullable String clazz,
    List<FrameRange> anomalies) {
  public VideoAnnotation {
    anomalies = List.copyOf(anomalies);
  }
}
