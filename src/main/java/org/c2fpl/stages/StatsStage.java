package org.c2fpl.stages;

import static org.apache.spark.sql.functions.col;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.c2fpl.method.FeatureProfile;
import org.c2fpl.method.NormKind;
import org.c2fpl.method.SegmentNorm;
import org.c2fpl.method.statistics.SegmentStatistics;
import org.c2fpl.method.statistics.Statistic;
import org.c2fpl.stages.statistics.StatisticModelStage;
import org.c2fpl.stages.statistics.Statistics;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.LeafTransaction;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.ManifestDraft;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;
import org.c2fpl.workspace.WriteMode;

/**
 * {@code segments} → {@code segment_norms}, {@code video_stats} (Eqs. 1, 2), leaf by leaf; with
 * {@code standardize} first {@code feature_profile} from the training split; with statistics beyond
 * the norm also {@code statistic_model} and {@code segment_statistics}.
 *
 * <p>The norm is computed per row, the statistics exactly, so both depend on no row order. Memory:
 * a batch of rows a task, and under 2 KB a video in the aggregation.
 */
public final class StatsStage {
  private static final String NAME = "stats";

  /**
   * @param splits the splits to do; empty means every ingested one
   * @param fixedSegments bins that every video is compressed to (section 4.4); 0 for none
   * @param statistics the components of z in {@code segment_statistics}; empty for no such table
   */
  public record Options(
      List<String> splits,
      boolean standardize,
      NormKind norm,
      List<Statistic> statistics,
      int fixedSegments,
      String trainSplit) {
    /** The paper's norms alone. */
    public Options(List<String> splits, boolean standardize, String trainSplit) {
      this(splits, standardize, NormKind.L2, List.of(), 0, trainSplit);
    }
  }

  private final StageContext context;
  private final Workspace workspace;
  private final Options options;
  private final List<String> batches;

  private StatsStage(StageContext context, Options options, List<String> batches) {
    this.context = context;
    this.workspace = context.workspace();
    this.options = options;
    this.batches = batches;
  }

  public static void run(StageContext context, Options options) {
    run(context, options, List.of());
  }

  /**
   * Does these batches of the splits alone.
   *
   * @param batches no part of the options: a leaf's rows do not depend on which others are done
   *     with it; empty means all
   */
  public static void run(StageContext context, Options options, List<String> batches) {
    new StatsStage(context, options, batches).run();
  }

  private void run() {
    List<Leaf> leaves = Splits.segments(workspace, options.splits(), batches);
    Splits.sameShape(workspace, leaves);
    Optional<FeatureProfile> profile = Optional.empty();
    if (options.standardize()) {
      FeatureProfileStage.run(context, options.trainSplit(), options.fixedSegments());
      profile = FeatureProfileStage.read(context);
    }
    Optional<SegmentStatistics> statistics = statistics(profile);
    WriteMode mode =
        context.writeModeFor(leaves.stream().map(leaf -> leaf.in(Table.VIDEO_STATS)).toList());
    for (Leaf leaf : leaves) {
      write(leaf, profile, statistics, mode);
    }
  }

  private Optional<SegmentStatistics> statistics(Optional<FeatureProfile> profile) {
    if (options.statistics().isEmpty()) {
      return Optional.empty();
    }
    Splits.Shape shape =
        Splits.sameShape(workspace, Splits.segments(workspace, options.trainSplit()));
    return Optional.of(
        StatisticModelStage.run(
            context,
            new StatisticModelStage.Options(
                options.statistics(),
                options.trainSplit(),
                options.fixedSegments(),
                normParameters(),
                column(norm(shape, options.norm(), profile.orElse(null))),
                () ->
                    profile.orElseGet(
                        () ->
                            FeatureProfileStage.fit(
                                context, options.trainSplit(), options.fixedSegments())))));
  }

  /** What the column {@code norm} depends on. */
  private Map<String, Object> normParameters() {
    return Map.of(
        "standardize",
        options.standardize(),
        "norm",
        options.norm().toString(),
        Footage.FIXED_SEGMENTS,
        options.fixedSegments());
  }

  private void write(
      Leaf segments,
      Optional<FeatureProfile> profile,
      Optional<SegmentStatistics> statistics,
      WriteMode mode) {
    Instant start = Instant.now();
    Manifest manifest = workspace.require(segments, "Ingest it again.");
    ManifestDraft draft =
        ManifestDraft.of(NAME, context.seed())
            .parameter("statistic", Statistics.named(options.statistics()))
            .input(segments, manifest);
    normParameters().forEach(draft::parameter);
    if (profile.isPresent()) {
      Leaf leaf = Leaf.of(Table.FEATURE_PROFILE);
      draft.input(leaf, workspace.require(leaf, "Run 'c2fpl stats --standardize'."));
    }
    Leaf norms = segments.in(Table.SEGMENT_NORMS);
    Leaf stats = segments.in(Table.VIDEO_STATS);
    Leaf surprises = segments.in(Table.SEGMENT_STATISTICS);
    boolean training = segments.split().equals(options.trainSplit());
    List<Leaf> written = new ArrayList<>(List.of(norms, stats));
    if (statistics.isPresent()) {
      Leaf model = Leaf.of(Table.STATISTIC_MODEL);
      draft.input(model, workspace.require(model, "Run 'c2fpl stats' again."));
      draft.parameter("training", training);
      written.add(surprises);
    }
    try (LeafTransaction transaction = workspace.begin(draft, mode, written)) {
      if (transaction.upToDate()) {
        context.console().skipped(NAME, stats + " is up to date");
        return;
      }
      SegmentNumber norm = norm(Splits.shape(manifest), options.norm(), profile.orElse(null));
      long segmentCount = Tables.write(norms(segments, norm), transaction, norms);
      long videos =
          Tables.write(
              videoStats(Tables.staged(context.spark(), transaction, norms)), transaction, stats);
      if (statistics.isPresent()) {
        Dataset<Row> withNorms =
            Footage.read(context, List.of(segments), options.fixedSegments())
                .withColumn("norm", column(norm));
        Tables.write(
            Statistics.of(withNorms, statistics.get(), Splits.shape(manifest), training),
            transaction,
            surprises);
      }
      transaction.commit();
      context
          .console()
          .stage(
              NAME,
              Duration.between(start, Instant.now()),
              segments
                  + ": norms of "
                  + Console.count(segmentCount, "segment")
                  + ", statistics of "
                  + Console.count(videos, "video"));
    }
  }

  /** {@code video_id, segment_index, norm} of a leaf of {@code segments}. */
  private Dataset<Row> norms(Leaf segments, SegmentNumber norm) {
    if (onGpu()) {
      return Footage.read(context, List.of(segments), options.fixedSegments())
          .withColumn("norm", column(norm));
    }
    Leaf leaf = Footage.leaf(context, segments, options.fixedSegments());
    return FeatureRuns.of(context.spark(), workspace.path(leaf), norm)
        .select(
            col("videoId").as("video_id"),
            col("first"),
            functions.posexplode(col("numbers")).as(new String[] {"position", "norm"}))
        .withColumn("segment_index", col("first").plus(col("position")));
  }

  /** Whether Spark-RAPIDS reads the features, to which nothing but columns is accessible. */
  private boolean onGpu() {
    return context.spark().sparkContext().getConf().get("spark.plugins", "").contains("rapids");
  }

  /** The norm of {@code features}. */
  private static Column column(SegmentNumber norm) {
    UDF1<byte[], Double> function = features -> norm.of(features, 0, features.length);
    return functions.udf(function, DataTypes.DoubleType).apply(col("features"));
  }

  private static SegmentNumber norm(Splits.Shape shape, NormKind kind, FeatureProfile profile) {
    int crops = shape.crops();
    int dim = shape.dim();
    return profile == null
        ? (bytes, from, length) -> SegmentNorm.mean(kind, bytes, from, length, crops, dim)
        : (bytes, from, length) -> SegmentNorm.mean(kind, bytes, from, length, crops, profile);
  }

  /** {@code video_id, segments, norm_mean, norm_std} (Eqs. 1, 2) of segment norms. */
  static Dataset<Row> videoStats(Dataset<Row> norms) {
    UserDefinedFunction moments = functions.udaf(new ExactMomentsAggregator(), Encoders.DOUBLE());
    return norms
        .groupBy("video_id")
        .agg(moments.apply(col("norm")).as("moments"))
        .select(
            col("video_id"),
            col("moments.count").cast(DataTypes.IntegerType).as("segments"),
            col("moments.mean").as("norm_mean"),
            col("moments.deviation").as("norm_std"));
  }
}
