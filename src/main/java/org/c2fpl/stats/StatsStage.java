package org.c2fpl.stats;

import static org.apache.spark.sql.functions.col;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.c2fpl.gpu.Rapids;
import org.c2fpl.method.statistics.FeatureProfile;
import org.c2fpl.method.statistics.NormKind;
import org.c2fpl.method.statistics.SegmentStatistics;
import org.c2fpl.method.statistics.Statistic;
import org.c2fpl.segments.FeatureRuns;
import org.c2fpl.segments.SeenSegments;
import org.c2fpl.segments.Splits;
import org.c2fpl.stage.Console;
import org.c2fpl.stage.Doubts;
import org.c2fpl.stage.Progress;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StagePart;
import org.c2fpl.stage.Tables;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.LeafTransaction;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.ManifestDraft;
import org.c2fpl.workspace.StoredOptions;
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
  public static final String NAME = "stats";
  public static final int ALGORITHM = 1;

  /** This many equal segments at the end of a video are padding. */
  private static final int PADDING = 3;

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
      String trainSplit)
      implements StoredOptions {
    /** The paper's norms alone. */
    public Options(List<String> splits, boolean standardize, String trainSplit) {
      this(splits, standardize, NormKind.L2, List.of(), 0, trainSplit);
    }

    @Override
    public Map<String, Object> stored() {
      Map<String, Object> stored = new TreeMap<>(ofNorms());
      stored.put("statistic", Statistics.named(statistics));
      stored.put("splits", splits);
      stored.put("train_split", trainSplit);
      return stored;
    }

    /** What norms depend on. */
    private Map<String, Object> ofNorms() {
      return Map.of(
          "standardize",
          standardize,
          "norm",
          norm.toString(),
          SeenSegments.FIXED_SEGMENTS,
          fixedSegments);
    }
  }

  private final StageContext context;
  private final Workspace workspace;
  private final Options options;
  private final List<String> batches;

  /** What is kept, though it would be other now. */
  private final List<Leaf> stale = new ArrayList<>();

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

  /**
   * What is computed for the first leaf; the others are alike. The norms are shown as Spark-RAPIDS
   * would be given them, where it can compute them.
   */
  public static List<StagePart> plan(StageContext context, Options options) {
    return new StatsStage(context, options, List.of()).parts();
  }

  private List<StagePart> parts() {
    List<Leaf> leaves = Splits.segments(workspace, options.splits());
    Splits.Shape shape = Splits.sameShape(workspace, leaves);
    Leaf segments = leaves.get(0);
    List<StagePart> parts = new ArrayList<>();
    FeatureProfile profile = null;
    if (options.standardize()) {
      parts.add(
          StagePart.outside(
              "feature_profile",
              "exact sums of every dimension, added up by an RDD in whatever order"));
      // Its numbers change no plan.
      profile = new FeatureProfile(new double[shape.dim()], new double[shape.dim()]);
    }
    NormFunction norm = NormFunction.of(shape, options.norm(), profile);
    Leaf norms = segments.in(Table.SEGMENT_NORMS);
    Dataset<Row> computed =
        norms(
            SeenSegments.present(workspace, segments, options.fixedSegments()),
            norm,
            norm.hasGpuForm());
    parts.add(
        new StagePart(
            norms + (leaves.size() == 1 ? "" : " (the other leaves alike)"),
            Tables.written(computed, Table.SEGMENT_NORMS),
            norm.hasGpuForm() ? "" : whyOnCpu()));
    parts.add(
        StagePart.query(
            segments.in(Table.VIDEO_STATS).toString(),
            Tables.written(
                videoStats(
                    workspace.manifest(norms).isPresent()
                        ? workspace.read(context.spark(), norms)
                        : computed),
                Table.VIDEO_STATS)));
    if (!options.statistics().isEmpty()) {
      parts.add(
          StagePart.outside(
              "statistic_model, segment_statistics",
              "Gaussians and mixtures are fitted and applied in Java, in RDDs and mapPartitions"));
    }
    return parts;
  }

  private String whyOnCpu() {
    if (options.standardize() || options.norm() != NormKind.L2) {
      return "only the plain l2 norm has a form for the GPU; this one is computed where Parquet's"
          + " own reader holds the features, on the CPU, with a GPU or without";
    }
    return "the norm is computed where Parquet's own reader holds the features, on the CPU: "
        + (Rapids.normBuilt()
            ? "its form for the GPU needs the jar of Spark-RAPIDS"
            : "this jar was built without its form for the GPU (mvn package -Prapids has it)");
  }

  private void run() {
    List<Leaf> leaves =
        context.newFirst(Splits.segments(workspace, options.splits(), batches), Table.VIDEO_STATS);
    Splits.sameShape(workspace, leaves);
    WriteMode mode = context.writeModeFor(leaves, Table.VIDEO_STATS);
    boolean fits = leaves.stream().anyMatch(leaf -> learnsFrom(leaf, mode));
    Optional<FeatureProfile> profile = Optional.empty();
    if (options.standardize()) {
      FeatureProfileStage.run(context, options.trainSplit(), options.fixedSegments(), fits);
      profile = FeatureProfileStage.read(context);
    }
    Optional<SegmentStatistics> statistics = statistics(profile, fits);
    try (Progress progress =
        context.console().progress(NAME, Splits.rows(workspace, leaves), "segments")) {
      for (Leaf leaf : leaves) {
        write(leaf, profile, statistics, mode, progress);
      }
    }
    if (!stale.isEmpty()) {
      context
          .console()
          .warning(
              Console.count(stale.size(), "batch", "batches")
                  + " with norms of other footage, or by other options, than there are now: "
                  + Splits.named(stale)
                  + ". 'c2fpl stats --write-mode refresh' computes them again.");
    }
  }

  /** Whether what all norms depend on is fitted to this leaf, which is to be written or checked. */
  private boolean learnsFrom(Leaf leaf, WriteMode mode) {
    return leaf.split().equals(options.trainSplit())
        && (mode != WriteMode.KEEP || workspace.manifest(leaf.in(Table.VIDEO_STATS)).isEmpty());
  }

  private Optional<SegmentStatistics> statistics(Optional<FeatureProfile> profile, boolean fits) {
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
                options.ofNorms(),
                NormFunction.of(shape, options.norm(), profile.orElse(null)).ofFeatures(),
                () ->
                    profile.orElseGet(
                        () ->
                            FeatureProfileStage.fit(
                                context, options.trainSplit(), options.fixedSegments()))),
            fits));
  }

  private void write(
      Leaf segments,
      Optional<FeatureProfile> profile,
      Optional<SegmentStatistics> statistics,
      WriteMode mode,
      Progress progress) {
    Instant start = Instant.now();
    Manifest manifest = workspace.require(segments, "Ingest it again.");
    ManifestDraft draft =
        ManifestDraft.of(NAME, ALGORITHM, context.seed())
            .parameters(options.ofNorms())
            .parameter("statistic", Statistics.named(options.statistics()))
            .input(segments, manifest);
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
        progress.skip(manifest.rows());
        if (transaction.stale()) {
          stale.add(segments);
        }
        context
            .console()
            .skipped(NAME, stats + (transaction.stale() ? " is kept" : " is up to date"));
        return;
      }
      NormFunction norm =
          NormFunction.of(Splits.shape(manifest), options.norm(), profile.orElse(null));
      Leaf seen = SeenSegments.leaf(context, segments, options.fixedSegments());
      long segmentCount =
          progress.rows(
              context.spark(),
              () -> Tables.write(norms(seen, norm, onGpu(norm)), transaction, norms));
      Splits.requireAll(segments, seen, workspace, segmentCount);
      long videos =
          Tables.write(
              videoStats(Tables.staged(context.spark(), transaction, norms)), transaction, stats);
      if (statistics.isPresent()) {
        Dataset<Row> withNorms =
            SeenSegments.read(context, List.of(segments), options.fixedSegments())
                .withColumn("norm", norm.ofFeatures());
        Tables.write(
            Statistics.of(withNorms, statistics.get(), Splits.shape(manifest), training),
            transaction,
            surprises);
      }
      doubt(
          new Doubts(context.console(), transaction.details(stats)),
          segments,
          Tables.staged(context.spark(), transaction, norms),
          norm.call(
              new byte
                  [Splits.shape(manifest).crops() * Splits.shape(manifest).dim() * Float.BYTES]));
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

  /**
   * Says what is odd about a leaf, by its norms alone.
   *
   * @param zero the norm of features that are all zero
   */
  private void doubt(Doubts doubts, Leaf segments, Dataset<Row> norms, double zero) {
    UserDefinedFunction tail = functions.udaf(new EqualTailAggregator(), EqualTailAggregator.INPUT);
    Column equal = col("tail").geq(PADDING);
    Row odd =
        norms
            .groupBy("video_id")
            .agg(
                functions.count(functions.when(col("norm").equalTo(zero), 1)).as("zeros"),
                tail.apply(col("segment_index"), col("norm")).as("tail"))
            .agg(
                functions.sum("zeros"),
                functions.count(functions.when(col("zeros").gt(0), 1)),
                functions.sum(functions.when(equal, col("tail").minus(1)).otherwise(0)),
                functions.count(functions.when(equal, 1)))
            .first();
    if (odd.getLong(0) > 0) {
      doubts.add(
          segments
              + ": the features of "
              + Console.count(odd.getLong(0), "segment")
              + " in "
              + Console.count(odd.getLong(1), "video")
              + " are all zero. Look at what the extractor did there");
    }
    // Bins of a video that is shorter than their number repeat.
    if (odd.getLong(2) > 0 && options.fixedSegments() == 0) {
      doubts.add(
          segments
              + ": the last segments of "
              + Console.count(odd.getLong(3), "video")
              + " have equal norms, as if padded: "
              + Console.count(odd.getLong(2), "segment")
              + " with the norm of the one before. Cut padding off, or the detector learns from it"
              + " and scores it");
    }
    if (!segments.split().equals(options.trainSplit())) {
      doubtSharedVideos(doubts, segments);
    }
  }

  private void doubtSharedVideos(Doubts doubts, Leaf segments) {
    List<Leaf> training = workspace.leaves(Table.VIDEOS, options.trainSplit());
    Leaf videos = segments.in(Table.VIDEOS);
    if (training.isEmpty() || workspace.manifest(videos).isEmpty()) {
      return;
    }
    long shared =
        workspace
            .read(context.spark(), videos)
            .select("video_id")
            .join(workspace.read(context.spark(), training).select("video_id"), "video_id")
            .count();
    if (shared > 0) {
      doubts.add(
          segments
              + ": the ids of "
              + Console.count(shared, "video")
              + " are in split "
              + options.trainSplit()
              + ", too. If they are the same videos, figures on them are no test");
    }
  }

  /**
   * {@code video_id, segment_index, norm}.
   *
   * @param seen the leaf that holds the segments
   * @param byColumns by columns alone, which is all that Spark-RAPIDS can compute; else where
   *     Parquet's reader holds the features
   */
  private Dataset<Row> norms(Leaf seen, NormFunction norm, boolean byColumns) {
    if (byColumns) {
      return SeenSegments.rows(context, List.of(seen)).withColumn("norm", norm.ofFeatures());
    }
    return FeatureRuns.of(context.spark(), workspace.path(seen), norm.ofBytes())
        .select(
            col("videoId").as("video_id"),
            col("first"),
            functions.posexplode(col("numbers")).as(new String[] {"position", "norm"}))
        .withColumn("segment_index", col("first").plus(col("position")));
  }

  /**
   * Whether Spark-RAPIDS computes the norms. Of others, its scan would only copy the features to a
   * GPU and back.
   */
  private boolean onGpu(NormFunction norm) {
    return norm.hasGpuForm() && Rapids.pluginOn(context.spark().sparkContext().getConf());
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
