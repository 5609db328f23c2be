package org.c2fpl.stages;

import static org.apache.spark.sql.functions.col;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.c2fpl.errors.DataException;
import org.c2fpl.method.NullModel;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.LeafTransaction;
import org.c2fpl.workspace.ManifestDraft;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;

/**
 * {@code segment_norms}, {@code coarse_labels} → {@code null_model} (Eqs. 3, 4), {@code
 * fine_labels} (Eq. 5; Alg. 1, lines 13–22).
 *
 * <p>One shuffle by video, sorted inside the partitions; a task holds the norms of one video at a
 * time (20 bytes a segment), so memory is bounded by the longest video.
 */
public final class FineStage {
  private static final String NAME = "fine";

  /**
   * @param beta the share of an anomalous video's segments that the window covers, 0 < β < 1
   */
  public record Options(double beta, String trainSplit) {}

  private final StageContext context;
  private final Workspace workspace;
  private final Options options;

  private FineStage(StageContext context, Options options) {
    this.context = context;
    this.workspace = context.workspace();
    this.options = options;
  }

  public static void run(StageContext context, Options options) {
    new FineStage(context, options).run();
  }

  private void run() {
    Instant start = Instant.now();
    Leaf coarse = Leaf.of(Table.COARSE_LABELS);
    Leaf nullLeaf = Leaf.of(Table.NULL_MODEL);
    Leaf fine = Leaf.of(Table.FINE_LABELS);
    List<Leaf> normLeaves =
        workspace.requireLeaves(
            Table.SEGMENT_NORMS, options.trainSplit(), "Run 'c2fpl stats' first.");
    ManifestDraft draft =
        ManifestDraft.of(NAME, context.seed())
            .parameter("beta", options.beta())
            .parameter("split", options.trainSplit())
            .input(coarse, workspace.require(coarse, "Run 'c2fpl coarse' first."));
    normLeaves.forEach(
        leaf -> draft.input(leaf, workspace.require(leaf, "Run 'c2fpl stats' again.")));
    try (LeafTransaction transaction =
        workspace.begin(draft, context.writeMode(), List.of(nullLeaf, fine))) {
      if (transaction.upToDate()) {
        context.console().skipped(NAME, fine + " is up to date");
        return;
      }
      Dataset<Row> labelled =
          workspace
              .read(context.spark(), normLeaves)
              .join(
                  workspace
                      .read(context.spark(), coarse)
                      .select(col("video_id"), col("label").as("video_label")),
                  "video_id");
      NullModel nullModel = nullModel(labelled, transaction, nullLeaf);
      long segments =
          Tables.write(fineLabels(labelled, nullModel, options.beta()), transaction, fine);
      checkAllLabelled(normLeaves, segments);
      long anomalous =
          Tables.staged(context.spark(), transaction, fine).filter(col("label").equalTo(1)).count();
      transaction.details(fine).put("anomalous_segments", anomalous);
      transaction.commit();
      if (anomalous == 0) {
        context
            .console()
            .warning("no segment is pseudo-labelled anomalous: no training is possible");
      }
      context
          .console()
          .stage(
              NAME,
              Duration.between(start, Instant.now()),
              Console.count(anomalous, "anomalous segment")
                  + " of "
                  + Console.count(segments, "segment")
                  + String.format(
                      java.util.Locale.ROOT,
                      "; null model N(%.4g, %.4g)",
                      nullModel.mean()[0],
                      nullModel.covariance()[0]));
    }
  }

  /** Norms without a coarse label would vanish in the join: coarse ran on other footage. */
  private void checkAllLabelled(List<Leaf> normLeaves, long labelled) {
    long norms =
        normLeaves.stream().mapToLong(leaf -> workspace.manifest(leaf).orElseThrow().rows()).sum();
    if (norms != labelled) {
      throw new DataException(
          "Cannot label segments: "
              + labelled
              + " of "
              + norms
              + " segments belong to videos with a coarse label. Run 'c2fpl coarse' again.");
    }
  }

  private NullModel nullModel(Dataset<Row> labelled, LeafTransaction transaction, Leaf nullLeaf) {
    UserDefinedFunction moments = functions.udaf(new ExactMomentsAggregator(), Encoders.DOUBLE());
    Dataset<Row> normal = labelled.filter(col("video_label").equalTo(0));
    Row row = normal.agg(moments.apply(col("norm")).as("m")).select("m.*").first();
    long segments = row.getAs("count");
    double mean = row.getAs("mean");
    double variance = row.getAs("variance");
    long videos =
        workspace
            .read(context.spark(), Leaf.of(Table.COARSE_LABELS))
            .filter(col("label").equalTo(0))
            .count();
    NullModel model = new NullModel(new double[] {mean}, new double[] {variance});
    Tables.write(
        context
            .spark()
            .createDataFrame(
                List.of(RowFactory.create(model.mean(), model.covariance(), segments, videos)),
                Table.NULL_MODEL.schema())
            .coalesce(1),
        transaction,
        nullLeaf);
    return model;
  }

  /** Columns of {@code fine_labels} from {@code video_id, segment_index, norm, video_label}. */
  static Dataset<Row> fineLabels(Dataset<Row> labelled, NullModel nullModel, double beta) {
    MapPartitionsFunction<Row, Row> label = rows -> new FineLabels(rows, nullModel, beta);
    return labelled
        .select("video_id", "segment_index", "norm", "video_label")
        .repartition(col("video_id"))
        .sortWithinPartitions("video_id", "segment_index")
        .mapPartitions(label, Encoders.row(Table.FINE_LABELS.schema()));
  }
}
