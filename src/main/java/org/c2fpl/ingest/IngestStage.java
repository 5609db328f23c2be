package org.c2fpl.ingest;

import java.util.List;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.c2fpl.stage.Stage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageRunner;
import org.c2fpl.stage.Unit;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.Table;

/**
 * Feature files → {@code segments}, {@code videos} and {@code rejected} of one split and batch.
 *
 * <p>Memory: on the driver one small record per video; in a task a block of some megabytes and a
 * row group of 16 MiB.
 */
public final class IngestStage extends Stage<IngestBatch, IngestStage.Result> {
  /** Small row groups, so that no reader needs more than this at once for a column. */
  static final int ROW_GROUP_BYTES = 16 << 20;

  /**
   * @param segments of all videos
   * @param rejected videos that were left out
   */
  public record Result(long videos, long segments, long rejected) {}

  /**
   * Ingests one batch.
   *
   * @throws org.c2fpl.errors.DataException naming the first bad videos and how many more there are,
   *     or if nothing is left to ingest; the workspace is unchanged then
   */
  public static Result run(StageContext context, IngestOptions options) {
    return StageRunner.run(context, new IngestStage(), new IngestBatch(context, options))
        .get(0)
        .result();
  }

  public IngestStage() {
    super(
        "ingest",
        1,
        Set.of(Table.VIDEOS, Table.SEGMENTS),
        Set.of(Table.SEGMENTS, Table.VIDEOS, Table.REJECTED));
  }

  @Override
  public List<Unit> units(StageContext context, IngestBatch batch) {
    return List.of(batch.unit());
  }

  @Override
  protected Result result(List<Manifest> manifests) {
    return new Result(manifests.get(1).rows(), manifests.get(0).rows(), manifests.get(2).rows());
  }

  /**
   * Writes {@code segments} in the layout that every reader relies on.
   *
   * @param rows {@code video_id, segment_index, features}
   * @param folder a folder that does not exist yet
   */
  public static void write(Dataset<Row> rows, Path folder) {
    rows.write()
        .option("compression", "none")
        .option("parquet.block.size", String.valueOf(ROW_GROUP_BYTES))
        .option("parquet.enable.dictionary", "false")
        // With rows of 80 KB the writer would check its size only every 100 rows, 8 MB apart.
        .option("parquet.page.size.row.check.min", "1")
        .parquet(folder.toString());
  }
}
