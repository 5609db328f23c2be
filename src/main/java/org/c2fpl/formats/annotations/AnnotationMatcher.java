package org.c2fpl.formats.annotations;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.c2fpl.errors.DataException;

/**
 * Matches annotations with the ingested videos and checks them against the lengths of the videos.
 *
 * <p>A range may not run past the end of the video. If the file gives the length in frames, the
 * readers have checked this. Otherwise a video of m segments may have up to one segment of frames
 * more or less (extractors round up or down). So a range that starts at frame 16·(m+1) or later is
 * past the end, and so is one that ends more than a tenth of the video after it; ends between are
 * counted. The evaluation cuts off frames after 16·m.
 */
public final class AnnotationMatcher {
  /**
   * A range that ends more than the video's length divided by this after the video is an error, or
   * belongs to other footage.
   */
  private static final int FAR = 10;

  private final String source;
  private final VideoResolver ingested;
  private final String defaultSplit;
  private final boolean ignoreUnknown;
  private final int framesPerSegment;

  /**
   * @param source the annotation file's name, for messages
   * @param defaultSplit the split of annotations that name no split
   * @param ignoreUnknown whether annotations of videos that were not ingested are left out and
   *     counted instead of refused
   */
  public AnnotationMatcher(
      String source,
      VideoResolver ingested,
      String defaultSplit,
      boolean ignoreUnknown,
      int framesPerSegment) {
    this.source = source;
    this.ingested = ingested;
    this.defaultSplit = defaultSplit;
    this.ignoreUnknown = ignoreUnknown;
    this.framesPerSegment = framesPerSegment;
  }

  /**
   * @throws DataException naming up to ten unknown, ambiguous or repeated videos and ranges past
   *     the end; or if no annotated video was ingested at all
   */
  public MatchedAnnotations match(List<AnnotationEntry> entries) {
    Problems problems = new Problems(source);
    Map<List<String>, Integer> firstLines = new HashMap<>();
    List<VideoAnnotation> matched = new ArrayList<>();
    long ignored = 0;
    long oddLengths = 0;
    String oddLengthExample = null;
    long lateEnds = 0;
    String lateEndExample = null;
    for (AnnotationEntry entry : entries) {
      VideoAnnotation annotation = entry.annotation();
      String split = annotation.split() == null ? defaultSplit : annotation.split();
      VideoResolver.Resolution resolution = ingested.resolve(annotation.videoId(), split);
      IngestedVideo video = resolution.video();
      String id = video == null ? annotation.videoId() : video.videoId();
      Integer firstLine = firstLines.putIfAbsent(List.of(split, id), entry.line());
      if (firstLine != null) {
        problems.add(
            entry.line(),
            entry.text(),
            "video '" + Problems.printable(id) + "' occurs on line " + firstLine + " already");
      }
      if (video == null) {
        if (ignoreUnknown && resolution.unknown()) {
          ignored++;
        } else {
          problems.add(entry.line(), entry.text(), resolution.problem());
        }
        continue;
      }
      if (annotation.frames() == null) {
        checkEnds(entry, video, problems);
        OptionalLong end = annotation.anomalies().stream().mapToLong(FrameRange::end).max();
        if (end.isPresent() && end.getAsLong() > mostFrames(video)) {
          lateEnds++;
          if (lateEndExample == null) {
            lateEndExample =
                "'"
                    + Problems.printable(id)
                    + "' up to frame "
                    + end.getAsLong()
                    + " of "
                    + described(video);
          }
        }
      } else if (Math.abs(annotation.frames() - segmentFrames(video)) >= framesPerSegment) {
        oddLengths++;
        if (oddLengthExample == null) {
          oddLengthExample =
              "'"
                  + Problems.printable(id)
                  + "' has "
                  + annotation.frames()
                  + " frames but "
                  + video.segments()
                  + " segments of "
                  + framesPerSegment;
        }
      }
      matched.add(
          new VideoAnnotation(
              id,
              split,
              annotation.label(),
              annotation.frames(),
              annotation.clazz(),
              annotation.anomalies()));
    }
    problems.throwIfAny(
        "Correct the file, or ingest the missing videos; --unknown-videos ignore leaves out videos"
            + " that were not ingested.");
    if (matched.isEmpty()) {
      throw new DataException(
          "Cannot use annotations from "
              + source
              + ": none of its "
              + entries.size()
              + " videos was ingested. Check --split and the names.");
    }
    return new MatchedAnnotations(
        List.copyOf(matched), ignored, oddLengths, oddLengthExample, lateEnds, lateEndExample);
  }

  private long segmentFrames(IngestedVideo video) {
    return (long) framesPerSegment * video.segments();
  }

  /** More frames than the segments can cover. */
  private long mostFrames(IngestedVideo video) {
    return segmentFrames(video) + framesPerSegment;
  }

  private String described(IngestedVideo video) {
    return video.segments() + " segments of " + framesPerSegment + " frames";
  }

  private void checkEnds(AnnotationEntry entry, IngestedVideo video, Problems problems) {
    long most = mostFrames(video);
    for (FrameRange range : entry.annotation().anomalies()) {
      boolean startsLate = range.start() >= most;
      if (startsLate || range.end() > most + segmentFrames(video) / FAR) {
        problems.add(
            entry.line(),
            entry.text(),
            "an anomaly "
                + (startsLate ? "starts" : "ends")
                + " at frame "
                + (startsLate ? range.start() : range.end())
                + " (0-based), past the end of the video ("
                + described(video)
                + ")");
      }
    }
  }
}
