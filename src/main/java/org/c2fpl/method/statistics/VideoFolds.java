package org.c2fpl.method.statistics;

import org.c2fpl.method.training.SegmentDeal;

/** Folds of videos for cross-fitting: a function only of the video's id, not of a seed. */
public final class VideoFolds {
  /** The bytes of the sums of all folds in one task. */
  private static final long MOST_BYTES = 256L << 20;

  private static final int MOST_FOLDS = 10;
  private static final long DOMAIN = 0x666f6c6473L; // "folds"

  private VideoFolds() {}

  /** 10, or as many as fit into 256 MB of {@link GramSums}, at least 2. */
  public static int count(int dimensions) {
    return (int) Math.max(2, Math.min(MOST_FOLDS, MOST_BYTES / GramSums.bytes(dimensions)));
  }

  /** The fold of a video, 0 … {@code folds − 1}. */
  public static int of(String videoId, int folds) {
    return SegmentDeal.worker(SegmentDeal.key(DOMAIN, 0, videoId, 0), folds);
  }

  /** The key for a bounded sample of segments, which has those with the lowest keys. */
  public static long sampleKey(String videoId, int segmentIndex) {
    return SegmentDeal.key(DOMAIN, 1, videoId, segmentIndex);
  }
}
