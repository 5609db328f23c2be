package org.c2fpl.formats.annotations;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.c2fpl.errors.DataException;

/**
 * Brings annotations to the ingested videos and checks them against their lengths.
 *
 * <p>A range may not run past the end of the video. Where the file gives the length in frames, the
 * readers have checked that. Where it does not, m segments may stand for up to one segment of
 * frames more or less (extractors round up or down), so only a range that <em>starts</em> at frame
 * 16·(m+1) or later is past the end; what lies behind frame 16·m is cut off by the evaluation.
 */
public final class AnnotationMatcher {
  private final String source;
  private final IngestedVideos ingested;
  private final String defaultSplit;
  private final boolean ignoreUnknown;
  private final int framesPerSegment;

  /**
   * @param source the annotation file's name, for messages
   * @param defaultSplit the split of annotations that name none
   * @param ignoreUnknown whether annotations of videos that were not ingested are left out and
   *     counted, instead of refused
   */
  public AnnotationMatcher(
      String source,
      IngestedVideos ingested,
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
   *     the end; or when no annotated video was ingested at all
   */
  public MatchedAnnotations match(List<AnnotationEntry> entries) {
    Problems problems = new Problems(source);
    Map<List<String>, Integer> firstLines = new HashMap<>();
    List<VideoAnnotation> matched = new ArrayList<>();
    long ignored = 0;
    long oddLengths = 0;
    String oddLengthExample = null;
    for (AnnotationEntry entry : entries) {
      VideoAnnotation annotation = entry.annotation();
      String split = annotation.split() == null ? defaultSplit : annotation.split();
      IngestedVideos.Resolution resolution = ingested.resolve(annotation.videoId(), split);
      IngestedVideo video = resolution.video();
      String id = video == null ? annotation.videoId() : video.videoId();
      Integer firstLine = firstLines.putIfAbsent(List.of(split, id), entry.line());
      if (firstLine != null) {
        problems.add(
            entry.line(),
            entry.text(),
            "video '" + Problems.printable(id) + "' stands on line " + firstLine + " already");
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
        checkStarts(entry, video, problems);
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
        "Correct the file, or ingest what is missing; --unknown-videos ignore leaves out videos that"
            + " were not ingested.");
    if (matched.isEmpty()) {
      throw new DataException(
          "Cannot use annotations from "
              + source
              + ": none of its "
              + entries.size()
              + " videos was ingested. Check --split and the names.");
    }
    return new MatchedAnnotations(List.copyOf(matched), ignored, oddLengths, oddLengthExample);
  }

  private long segmentFrames(IngestedVideo video) {
    return (long) framesPerSegment * video.segments();
  }

  private void checkStarts(AnnotationEntry entry, IngestedVideo video, Problems problems) {
    for (FrameRange range : entry.annotation().anomalies()) {
      if (range.start() >= segmentFrames(video) + framesPerSegment) {
        problems.add(
            entry.line(),
            entry.text(),
            "an anomaly starts at frame "
                + range.start()
                + " (0-based), past the end of the video ("
                + video.segments()
                + " segments of "
                + framesPerSegment
                + " frames)");
      }
    }
  }
}
