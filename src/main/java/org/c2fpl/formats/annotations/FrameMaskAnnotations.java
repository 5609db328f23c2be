package org.c2fpl.formats.annotations;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.c2fpl.errors.DataException;
import org.c2fpl.formats.CsvReader;
import org.c2fpl.formats.NpyReader;

/**
 * One npy array with a 0 (normal) or 1 (anomalous) for each frame, the videos one after another,
 * and a CSV file without header with their order: {@code video_id} or {@code video_id,frames} per
 * line. Without frames, a video has 16 for each of its ingested segments.
 *
 * <p>The array is read in blocks; memory is bounded by the ranges in it.
 */
public final class FrameMaskAnnotations {
  private static final int BLOCK = 1 << 16;

  /** A video of the order, with its length. */
  public record Video(AnnotationEntry entry, long frames) {}

  private FrameMaskAnnotations() {}

  /**
   * Reads the order of the videos; the entries have no label and no ranges yet.
   *
   * @param source the order file's name, for messages
   * @throws DataException naming up to ten bad lines
   * @throws IOException if the stream cannot be read
   */
  public static List<AnnotationEntry> readOrder(String source, InputStream in) throws IOException {
    Problems problems = new Problems(source);
    List<AnnotationEntry> entries = new ArrayList<>();
    CsvReader reader = TextLines.csv(source, in, problems);
    try {
      for (CsvReader.Fields row = reader.next(); row != null; row = reader.next()) {
        Long frames = null;
        if (row.values().size() > 2) {
          problems.add(row.line(), row.text(), "more than 2 fields; quote a name that has commas");
        } else if (row.values().size() == 2) {
          String cell = row.values().get(1);
          OptionalLong number = TextLines.wholeNumber(cell);
          if (number.isEmpty() || number.getAsLong() == 0) {
            problems.add(
                row.line(), row.text(), "frames '" + cell + "' is not a positive whole number");
          } else {
            frames = number.getAsLong();
          }
        }
        String name = row.values().get(0);
        if (name.isEmpty()) {
          problems.add(row.line(), row.text(), "the video's name is empty");
        }
        entries.add(
            new AnnotationEntry(
                row.line(),
                row.text(),
                new VideoAnnotation(name, null, null, frames, null, List.of())));
      }
    } catch (CharacterCodingException e) {
      throw TextLines.noText(source, reader.line() - 1, e);
    }
    if (entries.isEmpty()) {
      problems.add("it names no video");
    }
    problems.throwIfAny("Each line is video_id or video_id,frames, in the order of the array.");
    return entries;
  }

  /**
   * Gives every video of the order its length: as written, else that of its segments.
   *
   * @throws DataException naming up to ten videos that have neither
   */
  public static List<Video> withFrames(
      String source,
      List<AnnotationEntry> order,
      VideoResolver ingested,
      String split,
      int framesPerSegment) {
    Problems problems = new Problems(source);
    List<Video> videos = new ArrayList<>();
    for (AnnotationEntry entry : order) {
      Long frames = entry.annotation().frames();
      if (frames != null) {
        videos.add(new Video(entry, frames));
        continue;
      }
      VideoResolver.Resolution resolution = ingested.resolve(entry.annotation().videoId(), split);
      if (resolution.video() == null) {
        problems.add(
            entry.line(), entry.text(), resolution.problem() + ", so its length is unknown");
      } else {
        videos.add(new Video(entry, (long) framesPerSegment * resolution.video().segments()));
      }
    }
    problems.throwIfAny("Write video_id,frames for these videos, or ingest them.");
    return videos;
  }

  /**
   * Cuts the array at the videos' lengths. A video with an anomalous frame has label 1, others have
   * 0.
   *
   * @param source the array's name, for messages
   * @param orderSource the order file's name, for messages
   * @param order the videos of the array
   * @param mask at its first value; read to its end
   * @throws DataException if the array is not one-dimensional, its length differs from that of all
   *     videos, or it has a value other than 0 and 1
   * @throws IOException if the array cannot be read
   */
  public static List<AnnotationEntry> read(
      String source, String orderSource, List<Video> order, NpyReader mask) throws IOException {
    checkShape(source, orderSource, order, mask);
    List<AnnotationEntry> entries = new ArrayList<>();
    Values values = new Values(source, mask);
    for (Video video : order) {
      long frames = video.frames();
      List<FrameRange> ranges = new ArrayList<>();
      long start = -1;
      for (long frame = 0; frame < frames; frame++) {
        boolean anomalous = values.next();
        if (anomalous && start < 0) {
          start = frame;
        } else if (!anomalous && start >= 0) {
          ranges.add(new FrameRange(start, frame));
          start = -1;
        }
      }
      if (start >= 0) {
        ranges.add(new FrameRange(start, frames));
      }
      entries.add(
          new AnnotationEntry(
              video.entry().line(),
              video.entry().text(),
              new VideoAnnotation(
                  video.entry().annotation().videoId(),
                  null,
                  ranges.isEmpty() ? 0 : 1,
                  frames,
                  null,
                  ranges)));
    }
    mask.requireEnd();
    return entries;
  }

  private static void checkShape(
      String source, String orderSource, List<Video> order, NpyReader mask) {
    long values = mask.header().elements();
    boolean vector = mask.header().shape().stream().filter(length -> length != 1).count() <= 1;
    if (!vector) {
      throw new DataException(
          "Cannot read annotations from "
              + source
              + ": its shape is "
              + mask.header().shapeText()
              + ". Give one value per frame, all videos in one axis.");
    }
    long frames = order.stream().mapToLong(Video::frames).sum();
    if (frames != values) {
      throw new DataException(
          "Cannot read annotations from "
              + source
              + ": it has "
              + values
              + " values, but the "
              + order.size()
              + " videos of "
              + orderSource
              + " have "
              + frames
              + " frames. Give the order of this array, with video_id,frames where a video's length"
              + " is not that of its segments.");
    }
  }

  /** The mask, value by value. */
  private static final class Values {
    private final String source;
    private final NpyReader mask;
    private final double[] block = new double[BLOCK];
    private int filled;
    private int at;
    private long position;

    Values(String source, NpyReader mask) {
      this.source = source;
      this.mask = mask;
    }

    boolean next() throws IOException {
      if (at == filled) {
        filled = mask.readDoubles(block);
        at = 0;
      }
      double value = block[at++];
      if (value != 0 && value != 1) {
        throw new DataException(
            "Cannot read annotations from "
                + source
                + ": value "
                + position
                + " is "
                + value
                + ". Write 1 for an anomalous frame and 0 for a normal one.");
      }
      position++;
      return value == 1;
    }
  }
}
