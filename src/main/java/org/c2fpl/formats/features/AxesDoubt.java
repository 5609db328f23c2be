package org.c2fpl.formats.features;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Signs that arrays are probably not in the order (segments, crops, dim) or (segments, dim) in
 * which they are read. All videos of an ingest are considered, because a single short video may
 * look odd.
 *
 * @param certain whether it is so likely that ingest must refuse
 * @param found the shapes that result from this order
 */
public record AxesDoubt(boolean certain, String found) {
  /** The most crops of known feature extractors. */
  static final int MOST_CROPS = 16;

  /** The number of videos from which equal lengths are no accident. */
  static final int SEVERAL = 3;

  /**
   * Features of a segment are wide: if there are always so many times more segments than values,
   * the order is doubtful.
   */
  static final int FAR_MORE = 4;

  /** The shape of a video as read; one crop for arrays of two axes. */
  public record Video(long segments, int crops, int dim) {
    private Segment segment() {
      return new Segment(crops, dim);
    }
  }

  private record Segment(int crops, int dim) {}

  /** The doubt about arrays, one per video or one per crop; empty without doubt. */
  public static Optional<AxesDoubt> of(List<Video> videos) {
    List<Video> alike = alike(videos);
    long segments = videos.get(0).segments();
    boolean sameLength = videos.stream().allMatch(video -> video.segments() == segments);
    if (2 * alike.size() <= videos.size() && (videos.size() >= SEVERAL || sameLength)) {
      long shapes = videos.stream().map(Video::segment).distinct().count();
      return certain("segments of " + shapes + " different shapes");
    }
    Optional<AxesDoubt> ofSegment = ofSegment(alike.get(0).crops(), alike.get(0).dim());
    return ofSegment.isPresent() ? ofSegment : ofLengths(alike);
  }

  /** The doubt about one array of all videos, whose lengths are given. */
  public static Optional<AxesDoubt> ofSegment(int crops, int dim) {
    if (crops > MOST_CROPS) {
      return certain(crops + " crops, more than " + MOST_CROPS);
    }
    return crops > dim
        ? certain("more crops (" + crops + ") than values per crop (" + dim + ")")
        : Optional.empty();
  }

  private static Optional<AxesDoubt> ofLengths(List<Video> videos) {
    int crops = videos.get(0).crops();
    int dim = videos.get(0).dim();
    long shortest = videos.stream().mapToLong(Video::segments).min().orElseThrow();
    long longest = videos.stream().mapToLong(Video::segments).max().orElseThrow();
    boolean several = videos.size() >= SEVERAL;
    if (crops > longest) {
      return certain("more crops (" + crops + ") than segments in every video");
    }
    if (longest == 1) {
      return Optional.of(new AxesDoubt(several, "one segment in every video"));
    }
    if (shortest < longest) {
      return Optional.empty();
    }
    String length = longest + " segments" + (videos.size() > 1 ? " in every video" : "");
    if (longest > dim && (crops == 1 || longest > (long) FAR_MORE * dim)) {
      boolean certain = several && longest > (long) FAR_MORE * dim;
      return Optional.of(
          new AxesDoubt(certain, length + ", more than the values of a crop (" + dim + ")"));
    }
    if (crops > 1 && longest <= MOST_CROPS && videos.size() > 1) {
      return Optional.of(new AxesDoubt(false, length + ", as few as there may be crops"));
    }
    return Optional.empty();
  }

  /** The videos with the most common shape of segments. */
  private static List<Video> alike(List<Video> videos) {
    return videos.stream().collect(Collectors.groupingBy(Video::segment)).values().stream()
        .reduce((a, b) -> a.size() >= b.size() ? a : b)
        .orElseThrow();
  }

  private static Optional<AxesDoubt> certain(String found) {
    return Optional.of(new AxesDoubt(true, found));
  }
}
