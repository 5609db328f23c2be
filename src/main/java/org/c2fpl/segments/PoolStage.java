package org.c2fpl.segments;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.c2fpl.method.statistics.FixedSegments;
import org.c2fpl.stage.Stage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.Unit;
import org.c2fpl.stage.Words;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;
import org.c2fpl.workspace.WriteMode;

/**
 * {@code segments} of a batch → {@code pooled_segments}, the bins to which every video is
 * compressed (section 4.4). The stages that read them run it.
 *
 * <p>Memory: one shuffle by video; a task holds the sums of one bin.
 */
final class PoolStage extends Stage<PoolStage.Options, Long> {
  /**
   * @param segments the leaf of {@code segments}
   * @param bins per video
   */
  record Options(Leaf segments, FixedSegments bins) {}

  PoolStage() {
    super("pool", 1, Set.of(Table.SEGMENTS), Set.of(Table.POOLED_SEGMENTS));
  }

  /** The options come from the stage that reads the bins. */
  @Override
  protected boolean saysWhatIsThere() {
    return false;
  }

  @Override
  public List<Unit> units(StageContext context, Options options) {
    Workspace workspace = context.workspace();
    Leaf segments = options.segments();
    Manifest manifest = workspace.require(segments, "Ingest it again.");
    Leaf pooled = segments.in(Table.POOLED_SEGMENTS);
    // It depends only on the segments, so another number of bins may replace it.
    boolean damaged =
        workspace.manifest(pooled).isPresent() && workspace.damage(pooled).isPresent();
    return List.of(
        Unit.writing(pooled)
            .mode(damaged ? WriteMode.OVERWRITE : WriteMode.REFRESH)
            .parameter(SeenSegments.FIXED_SEGMENTS, options.bins().bins())
            .input(segments, manifest)
            .made(
                out -> {
                  Dataset<Row> rows = workspace.read(context.spark(), segments);
                  long bins =
                      out.write(pooled(rows, options.bins(), Splits.shape(manifest)), pooled);
                  return segments + " → " + pooled + ": " + Words.count(bins, "bin");
                }));
  }

  /** The bins. */
  @Override
  protected Long result(List<Manifest> manifests) {
    return manifests.get(0).rows();
  }

  private static Dataset<Row> pooled(
      Dataset<Row> segments, FixedSegments fixed, Splits.Shape shape) {
    Dataset<Row> lengths =
        segments.groupBy("video_id").agg(count(lit(1)).cast(DataTypes.IntegerType).as("segments"));
    int values = shape.crops() * shape.dim();
    MapPartitionsFunction<Row, Row> pool = rows -> new PooledVideos(rows, fixed, values);
    return segments
        .join(lengths, "video_id")
        .select("video_id", "segment_index", "features", "segments")
        .repartition(col("video_id"))
        .sortWithinPartitions("video_id", "segment_index")
        .mapPartitions(pool, Encoders.row(Table.POOLED_SEGMENTS.schema()));
  }
}
