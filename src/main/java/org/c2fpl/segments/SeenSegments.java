package org.c2fpl.segments;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.sequence;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.c2fpl.errors.DataException;
import org.c2fpl.method.statistics.FixedSegments;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageRunner;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;

/**
 * The segments that the method uses: the ingested ones, or with a fixed number of segments the bins
 * to which every video is compressed (section 4.4). The bins are the table {@code pooled_segments},
 * which {@link PoolStage} makes when they are first read.
 */
public final class SeenSegments {
  /** The parameter in the manifest of {@code segment_norms} and of a training; 0 for none. */
  public static final String FIXED_SEGMENTS = "fixed_segments";

  private SeenSegments() {}

  /** The number of bins of the norms of some leaves; 0 for none. */
  public static int fixedSegments(Workspace workspace, List<Leaf> leaves) {
    Set<Integer> found = new HashSet<>();
    for (Leaf leaf : leaves) {
      found.add(fixedSegments(workspace, leaf));
    }
    if (found.size() > 1) {
      throw new DataException(
          "Cannot use the norms of split "
              + leaves.get(0).split()
              + ": its batches were compressed to different numbers of segments ("
              + found
              + "). Run 'c2fpl stats' for all of them with the same --fixed-segments.");
    }
    return found.iterator().next();
  }

  /** The number of bins for several leaves. */
  public static int fixedSegments(Workspace workspace, Leaf leaf) {
    Manifest norms =
        workspace.require(leaf.in(Table.SEGMENT_NORMS), "Run 'c2fpl stats' for it first.");
    return ((Number) norms.parameters().getOrDefault(FIXED_SEGMENTS, 0)).intValue();
  }

  /**
   * Rows {@code video_id, segment_index, features} of leaves.
   *
   * @param segments leaves of {@code segments}
   * @param fixedSegments bins per video; 0 for the segments as they are
   */
  public static Dataset<Row> read(StageContext context, List<Leaf> segments, int fixedSegments) {
    List<Leaf> leaves = new ArrayList<>();
    for (Leaf leaf : segments) {
      leaves.add(leaf(context, leaf, fixedSegments));
    }
    return rows(context, leaves);
  }

  /** Rows {@code video_id, segment_index, features} of leaves as they are. */
  public static Dataset<Row> rows(StageContext context, List<Leaf> leaves) {
    return context
        .workspace()
        .read(context.spark(), leaves)
        .select("video_id", "segment_index", "features");
  }

  /**
   * Like {@link #leaf}, but makes nothing: if the bins do not exist, returns the segments, which a
   * query reads in the same way.
   */
  public static Leaf present(Workspace workspace, Leaf segments, int fixedSegments) {
    Leaf pooled = segments.in(Table.POOLED_SEGMENTS);
    return fixedSegments > 0 && workspace.manifest(pooled).isPresent() ? pooled : segments;
  }

  /** The leaf with the segments that the method uses for a leaf of {@code segments}. */
  public static Leaf leaf(StageContext context, Leaf segments, int fixedSegments) {
    if (fixedSegments == 0) {
      return segments;
    }
    StageRunner.run(
        context,
        new PoolStage(),
        new PoolStage.Options(segments, new FixedSegments(fixedSegments)));
    return segments.in(Table.POOLED_SEGMENTS);
  }

  /**
   * Turns rows about bins into rows about segments: each segment gets the rows of its bin.
   *
   * @param bins has {@code video_id} and {@code segment_index}, the index of the bin
   * @param segments the leaf of {@code segments} that the bins were made from
   */
  public static Dataset<Row> expand(StageContext context, Dataset<Row> bins, Leaf segments) {
    Dataset<Row> held =
        context
            .workspace()
            .read(context.spark(), segments.in(Table.POOLED_SEGMENTS))
            .filter(col("end_segment").gt(col("first_segment")))
            .select(
                col("video_id").as("held_video"),
                col("segment_index").as("held_bin"),
                explode(sequence(col("first_segment"), col("end_segment").minus(1)))
                    .as("held_segment"));
    return bins.join(
            held,
            bins.col("video_id")
                .equalTo(held.col("held_video"))
                .and(bins.col("segment_index").equalTo(held.col("held_bin"))))
        .withColumn("segment_index", col("held_segment"))
        .drop("held_video", "held_bin", "held_segment");
  }
}
