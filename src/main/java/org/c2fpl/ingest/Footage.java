package org.c2fpl.ingest;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.util.CollectionAccumulator;
import org.c2fpl.formats.features.AxesDoubt;

/**
 * Feature files of one format.
 *
 * <p>The driver holds one small record per video, never values. Tasks read the values in blocks of
 * about a megabyte (32 megabytes for arrays that are not in C order with the segments first).
 */
public interface Footage {

  /** The feature files, ordered by path. */
  List<FileStatus> files();

  /** What the rows depend on besides the files; values may be null. */
  default Map<String, Object> parameters() {
    return Map.of();
  }

  /**
   * Whether the axes are probably in another order than they are read in.
   *
   * @param videos at least one
   * @param commonest one of the commonest shape
   */
  default Optional<AxesDoubt> doubt(List<InspectedVideo> videos, InspectedVideo commonest) {
    return Optional.empty();
  }

  /** Checks everything that can be known without reading values; a distributed pass over files. */
  Inspection inspect();

  /**
   * Segments of videos as rows of the table {@code segments}, lazily.
   *
   * <p>A video with values that are not numbers is added to {@code bad}. The rows read from it so
   * far remain: the writer must drop them or write again without the video.
   *
   * @param inspection what {@link #inspect} returned
   * @param videoIds the videos to read
   */
  Dataset<Row> segments(
      Inspection inspection, Set<String> videoIds, CollectionAccumulator<BadVideo> bad);

  /**
   * The videos found.
   *
   * @param warnings notes for the user that are not errors
   * @param leftOut the number of entries of input folders that are not footage and not read
   */
  record Inspection(
      List<InspectedVideo> videos, List<BadVideo> bad, List<String> warnings, int leftOut) {}
}
