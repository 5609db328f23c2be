package org.c2fpl.stats;

import static org.apache.spark.sql.functions.col;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
import org.c2fpl.method.statistics.StatisticModel;
import org.c2fpl.segments.FeatureRuns;
import org.c2fpl.segments.SeenSegments;
import org.c2fpl.segments.Splits;
import org.c2fpl.stage.Doubts;
import org.c2fpl.stage.Stage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageOutputs;
import org.c2fpl.stage.Unit;
import org.c2fpl.stage.Words;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.StoredOptions;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;
import org.c2fpl.workspace.WriteMode;

/**
 * {@code segments} → {@code segment_norms}, {@code video_stats} (Eqs. 1, 2), leaf by leaf; with
 * {@code standardize} first {@code feature_profile} from the training split; with statistics beyond
 * the norm also {@code statistic_model} and {@code segment_statistics}.
 *
 * <p>The norm is computed per row, the statistics exactly, so neither depends on row order. Memory:
 * a batch of rows per task, and under 2 KB per video in the aggregation.
 */
public final class StatsStage extends Stage<StatsStage.Options, StatsStage.Result> {
  public static final String NAME = "stats";

  /** This many equal segments at the end of a video are padding. */
  private static final int PADDING = 3;

  /**
   * @param splits the splits to compute; empty for every ingested split
   * @param fixedSegments bins to which every video is compressed (section 4.4); 0 for none
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
    /** Only the paper's norms. */
    public Options(List<String> splits, boolean standardize, String trainSplit) {
      this(splits, standardize, NormKind.L2, List.of(), 0, trainSplit);
    }

    @Override
    public Map<String, Object> stored() {
      Map<String, Object> stored = new TreeMap<>(ofNorms());
      stored.put("statistic", StatisticColumns.named(statistics));
      stored.put("splits", splits);
      stored.put("train_split", trainSplit);
      return stored;
    }

    private ProfileStage.Options ofProfile() {
      return new ProfileStage.Options(trainSplit, fixedSegments);
    }

    /** The parameters of norms. */
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

  /**
   * The result for one batch.
   *
   * @param segments number of segments with norms
   * @param videos number of videos with statistics
   */
  public record Result(long segments, long videos) {}

  /** All batches. */
  public StatsStage() {
    this(List.of());
  }

  /**
   * @param batches the batches to compute; not part of the options, since the rows of a leaf do not
   *     depend on the other leaves; empty for all
   */
  public StatsStage(List<String> batches) {
    super(
        NAME,
        1,
        Set.of(
            Table.SEGMENTS,
            Table.POOLED_SEGMENTS,
            Table.VIDEOS,
            Table.FEATURE_PROFILE,
            Table.STATISTIC_MODEL),
        Set.of(Table.SEGMENT_NORMS, Table.VIDEO_STATS, Table.SEGMENT_STATISTICS));
    this.batches = List.copyOf(batches);
  }

  private final List<String> batches;

  @Override
  public List<Unit> units(StageContext context, Options options) {
    Workspace workspace = context.workspace();
    List<Leaf> leaves =
        context.newFirst(Splits.segments(workspace, options.splits(), batches), Table.VIDEO_STATS);
    Splits.sameShape(workspace, leaves);
    WriteMode mode = context.writeModeFor(leaves, Table.VIDEO_STATS);
    boolean fits = leaves.stream().anyMatch(leaf -> learnsFrom(workspace, options, leaf, mode));
    Optional<FeatureProfile> profile = Optional.empty();
    if (options.standardize()) {
      ProfileStage.require(context, options.ofProfile(), fits);
      profile = ProfileStage.read(context);
    }
    Optional<StatisticModel> statistics = statistics(context, options, profile, fits);
    List<Unit> units = new ArrayList<>();
    for (Leaf leaf : leaves) {
      units.add(unit(context, options, leaf, profile, statistics).mode(mode));
    }
    return units;
  }

  @Override
  protected Result result(List<Manifest> manifests) {
    return new Result(manifests.get(0).rows(), manifests.get(1).rows());
  }

  /**
   * Whether the profile or model of all norms is fitted to this leaf, which is to be written or
   * checked.
   */
  private static boolean learnsFrom(
      Workspace workspace, Options options, Leaf leaf, WriteMode mode) {
    return leaf.split().equals(options.trainSplit())
        && (mode != WriteMode.KEEP || workspace.manifest(leaf.in(Table.VIDEO_STATS)).isEmpty());
  }

  private static Optional<StatisticModel> statistics(
      StageContext context, Options options, Optional<FeatureProfile> profile, boolean fits) {
    if (options.statistics().isEmpty()) {
      return Optional.empty();
    }
    Workspace workspace = context.workspace();
    Splits.Shape shape =
        Splits.sameShape(workspace, Splits.segments(workspace, options.trainSplit()));
    return Optional.of(
        StatisticStage.require(
            context,
            new StatisticStage.Options(
                options.statistics(),
                options.trainSplit(),
                options.fixedSegments(),
                options.ofNorms(),
                NormFunction.of(shape, options.norm(), profile.orElse(null)).ofFeatures(),
                () -> profile.orElseGet(() -> ProfileStage.fit(context, options.ofProfile()))),
            fits));
  }

  private static Unit unit(
      StageContext context,
      Options options,
      Leaf segments,
      Optional<FeatureProfile> profile,
      Optional<StatisticModel> statistics) {
    Workspace workspace = context.workspace();
    Manifest manifest = workspace.require(segments, "Ingest it again.");
    List<Leaf> written =
        new ArrayList<>(List.of(segments.in(Table.SEGMENT_NORMS), segments.in(Table.VIDEO_STATS)));
    if (statistics.isPresent()) {
      written.add(segments.in(Table.SEGMENT_STATISTICS));
    }
    Unit unit =
        Unit.writing(written)
            .called(segments.in(Table.VIDEO_STATS).toString())
            .size(manifest.rows())
            .parameters(options.ofNorms())
            .parameter("statistic", StatisticColumns.named(options.statistics()))
            .input(segments, manifest);
    if (profile.isPresent()) {
      Leaf leaf = Leaf.of(Table.FEATURE_PROFILE);
      unit.input(leaf, workspace.require(leaf, "Run 'c2fpl stats --standardize'."));
    }
    if (statistics.isPresent()) {
      Leaf model = Leaf.of(Table.STATISTIC_MODEL);
      unit.input(model, workspace.require(model, "Run 'c2fpl stats' again."));
      unit.parameter("training", segments.split().equals(options.trainSplit()));
    }
    return unit.made(out -> write(context, options, segments, manifest, profile, statistics, out));
  }

  private static String write(
      StageContext context,
      Options options,
      Leaf segments,
      Manifest manifest,
      Optional<FeatureProfile> profile,
      Optional<StatisticModel> statistics,
      StageOutputs out) {
    Splits.Shape shape = Splits.shape(manifest);
    Leaf norms = segments.in(Table.SEGMENT_NORMS);
    Leaf stats = segments.in(Table.VIDEO_STATS);
    NormFunction norm = NormFunction.of(shape, options.norm(), profile.orElse(null));
    Leaf seen = SeenSegments.leaf(context, segments, options.fixedSegments());
    Dataset<Row> computed = norms(context, seen, norm);
    context
        .events()
        .query(norms.toString(), () -> computed, norm.hasGpuForm() ? "" : whyOnCpu(options));
    long count = out.writeShown(computed, norms);
    Splits.requireAll(segments, seen, context.workspace(), count);
    long videos = out.write(videoStats(out.staged(norms)), stats);
    if (statistics.isPresent()) {
      Dataset<Row> withNorms =
          SeenSegments.read(context, List.of(segments), options.fixedSegments())
              .withColumn("norm", norm.ofFeatures());
      boolean training = segments.split().equals(options.trainSplit());
      out.write(
          StatisticColumns.of(withNorms, statistics.get(), shape, training),
          segments.in(Table.SEGMENT_STATISTICS));
    }
    double zero = norm.call(new byte[shape.crops() * shape.dim() * Float.BYTES]);
    doubt(context, options, out.doubts(stats), segments, out.staged(norms), zero);
    return segments
        + ": norms of "
        + Words.count(count, "segment")
        + ", statistics of "
        + Words.count(videos, "video");
  }

  /**
   * Warns of findings about a leaf from its norms.
   *
   * @param zero the norm of features that are all zero
   */
  private static void doubt(
      StageContext context,
      Options options,
      Doubts doubts,
      Leaf segments,
      Dataset<Row> norms,
      double zero) {
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
              + Words.count(odd.getLong(0), "segment")
              + " in "
              + Words.count(odd.getLong(1), "video")
              + " are all zero. Check the extractor's output there");
    }
    // In a video shorter than the number of bins, bins repeat.
    if (odd.getLong(2) > 0 && options.fixedSegments() == 0) {
      doubts.add(
          segments
              + ": the last segments of "
              + Words.count(odd.getLong(3), "video")
              + " have equal norms, as if padded: "
              + Words.count(odd.getLong(2), "segment")
              + " with the norm of the one before. Cut padding off, or the detector learns from it"
              + " and scores it");
    }
    if (!segments.split().equals(options.trainSplit())) {
      doubtSharedVideos(context, options, doubts, segments);
    }
  }

  private static void doubtSharedVideos(
      StageContext context, Options options, Doubts doubts, Leaf segments) {
    Workspace workspace = context.workspace();
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
              + Words.count(shared, "video")
              + " are in split "
              + options.trainSplit()
              + ", too. If they are the same videos, figures on them are no test");
    }
  }

  /**
   * {@code video_id, segment_index, norm}: by columns if Spark-RAPIDS computes them; else in the
   * buffers of Parquet's reader.
   *
   * @param seen the leaf with the segments
   */
  private static Dataset<Row> norms(StageContext context, Leaf seen, NormFunction norm) {
    if (onGpu(context, norm)) {
      return SeenSegments.rows(context, List.of(seen)).withColumn("norm", norm.ofFeatures());
    }
    return FeatureRuns.of(context.spark(), context.workspace().path(seen), norm.ofBytes())
        .select(
            col("videoId").as("video_id"),
            col("first"),
            functions.posexplode(col("numbers")).as(new String[] {"position", "norm"}))
        .withColumn("segment_index", col("first").plus(col("position")));
  }

  /**
   * Whether Spark-RAPIDS computes the norms. For other norms, its scan would only copy the features
   * to a GPU and back.
   */
  private static boolean onGpu(StageContext context, NormFunction norm) {
    return norm.hasGpuForm() && context.usesGpu();
  }

  private static String whyOnCpu(Options options) {
    if (options.standardize() || options.norm() != NormKind.L2) {
      return "only the plain l2 norm has a form for the GPU; this one is computed in the buffers of"
          + " Parquet's own reader, on the CPU, with a GPU or without";
    }
    return "the norm is computed in the buffers of Parquet's own reader, on the CPU: "
        + (Rapids.normBuilt()
            ? "its form for the GPU needs the jar of Spark-RAPIDS"
            : "this jar was built without its form for the GPU (mvn package -Prapids has it)");
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
