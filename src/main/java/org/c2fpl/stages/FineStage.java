package org.c2fpl.stages;

import static org.apache.spark.sql.functions.col;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.UsageException;
import org.c2fpl.method.NullModel;
import org.c2fpl.method.fine.PValue;
import org.c2fpl.method.fine.SegmentLabels;
import org.c2fpl.stages.fine.LabelRule;
import org.c2fpl.stages.statistics.JointMoments;
import org.c2fpl.stages.statistics.Statistics;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.LeafTransaction;
import org.c2fpl.workspace.ManifestDraft;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;

/**
 * {@code segment_norms}, {@code coarse_labels} → {@code null_model} (Eqs. 3, 4), {@code
 * fine_labels} (Eq. 5; Alg. 1, lines 13–22). Where {@code stats} computed a statistic, z comes from
 * {@code segment_statistics} in place of the norm.
 *
 * <p>One shuffle by video, sorted inside the partitions; a task holds the numbers of one video at a
 * time (under 100 bytes a segment), so memory is bounded by the longest video.
 */
public final class FineStage {
  private static final String NAME = "fine";

  public record Options(LabelRule rule, String trainSplit) {
    /**
     * The paper's rule.
     *
     * @param beta the share of an anomalous video's segments that the window covers, 0 < β < 1
     */
    public Options(double beta, String trainSplit) {
      this(LabelRule.paper(beta), trainSplit);
    }
  }

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
    LabelRule rule = options.rule();
    int components = Statistics.components(workspace, normLeaves);
    check(rule, components);
    ManifestDraft draft =
        ManifestDraft.of(NAME, context.seed())
            .parameter("beta", rule.beta())
            .parameter("alpha", rule.alpha())
            .parameter("p_value", rule.pValue().toString())
            .parameter("segment_labels", rule.labels().toString())
            .parameter("window", rule.window().toString())
            .parameter("split", options.trainSplit())
            .input(coarse, workspace.require(coarse, "Run 'c2fpl coarse' first."));
    if (rule.labels() == SegmentLabels.RANDOM) {
      draft.parameter("seed", context.seed());
    }
    List<Leaf> statisticLeaves =
        components == 0
            ? List.of()
            : normLeaves.stream().map(leaf -> leaf.in(Table.SEGMENT_STATISTICS)).toList();
    Stream.concat(normLeaves.stream(), statisticLeaves.stream())
        .forEach(leaf -> draft.input(leaf, workspace.require(leaf, "Run 'c2fpl stats' again.")));
    try (LeafTransaction transaction =
        workspace.begin(draft, context.writeMode(), List.of(nullLeaf, fine))) {
      if (transaction.upToDate()) {
        context.console().skipped(NAME, fine + " is up to date");
        return;
      }
      Dataset<Row> segments = workspace.read(context.spark(), normLeaves);
      if (components > 0) {
        segments =
            segments.join(
                workspace.read(context.spark(), statisticLeaves),
                new String[] {"video_id", "segment_index"});
      }
      Dataset<Row> labelled =
          segments.join(
              workspace
                  .read(context.spark(), coarse)
                  .select(col("video_id"), col("label").as("video_label")),
              "video_id");
      NullModel nullModel = nullModel(labelled, components, transaction, nullLeaf);
      long count =
          Tables.write(
              rule.label(labelled, nullModel, components, context.seed()), transaction, fine);
      checkAllLabelled(normLeaves, count);
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
                  + Console.count(count, "segment")
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

  private static void check(LabelRule rule, int components) {
    if (rule.needsSurprise() && components == 0) {
      throw new UsageException(
          "Cannot use --p-value empirical: 'c2fpl stats' computed norms alone."
              + " Run it with --statistic norm or another statistic.");
    }
    if (rule.pValue() == PValue.ONE_SIDED && components > 1) {
      throw new UsageException(
          "Cannot use --p-value one-sided: the statistic has "
              + components
              + " components, and a vector has no upper side. Use --p-value empirical, or one"
              + " statistic.");
    }
  }

  private NullModel nullModel(
      Dataset<Row> labelled, int components, LeafTransaction transaction, Leaf nullLeaf) {
    Dataset<Row> normal = labelled.filter(col("video_label").equalTo(0));
    long segments;
    NullModel model;
    if (components > 1) {
      JavaRDD<double[]> z =
          normal
              .select("z")
              .toJavaRDD()
              .map(row -> row.<Double>getList(0).stream().mapToDouble(x -> x).toArray());
      JointMoments moments = JointMoments.of(z, components);
      segments = moments.segments();
      model = moments.nullModel();
    } else {
      UserDefinedFunction moments = functions.udaf(new ExactMomentsAggregator(), Encoders.DOUBLE());
      Column z = components == 0 ? col("norm") : col("z").getItem(0);
      Row row = normal.agg(moments.apply(z).as("m")).select("m.*").first();
      segments = row.getAs("count");
      double mean = row.getAs("mean");
      double variance = row.getAs("variance");
      model = new NullModel(new double[] {mean}, new double[] {variance});
    }
    long videos =
        workspace
            .read(context.spark(), Leaf.of(Table.COARSE_LABELS))
            .filter(col("label").equalTo(0))
            .count();
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
}
