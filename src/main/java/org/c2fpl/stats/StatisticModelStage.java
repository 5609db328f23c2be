package org.c2fpl.stats;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.c2fpl.method.statistics.CountingSketch;
import org.c2fpl.method.statistics.FeatureProfile;
import org.c2fpl.method.statistics.NullModel;
import org.c2fpl.method.statistics.SegmentStatistics;
import org.c2fpl.method.statistics.Statistic;
import org.c2fpl.segments.SeenSegments;
import org.c2fpl.segments.Splits;
import org.c2fpl.stage.Console;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.Tables;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.LeafTransaction;
import org.c2fpl.workspace.ManifestDraft;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;
import org.c2fpl.workspace.WriteMode;

/**
 * {@code segments} of the training split → {@code statistic_model}: all that is needed to compute z
 * and its surprise for footage of any split.
 *
 * <p>Costs and memory are those of {@link MahalanobisFit} and {@link MixtureFit}; 8 bytes a segment
 * and component of z lie cached in the executors, spilling to disk.
 */
public final class StatisticModelStage {
  private static final String NAME = "statistic";
  private static final int ALGORITHM = 1;
  private static final Leaf MODEL = Leaf.of(Table.STATISTIC_MODEL);

  /**
   * @param fixedSegments bins a video; 0 for the segments as they are
   * @param normParameters what {@code norm} depends on
   * @param norm the segment norm of {@code features}
   * @param profile of the training split's features; asked for at most once
   */
  public record Options(
      List<Statistic> statistics,
      String trainSplit,
      int fixedSegments,
      Map<String, Object> normParameters,
      Column norm,
      Supplier<FeatureProfile> profile) {}

  private final StageContext context;
  private final Options options;
  private final List<Leaf> leaves;
  private final Splits.Shape shape;

  private StatisticModelStage(StageContext context, Options options) {
    this.context = context;
    this.options = options;
    this.leaves = Splits.segments(context.workspace(), options.trainSplit());
    this.shape = Splits.sameShape(context.workspace(), leaves);
  }

  /**
   * Fits the model, or finds it up to date; returns it.
   *
   * @param fits false where a model that is there is taken as it is
   */
  public static SegmentStatistics run(StageContext context, Options options, boolean fits) {
    if (fits || context.workspace().manifest(MODEL).isEmpty()) {
      new StatisticModelStage(context, options).run();
    }
    return StatisticModelTable.model(
        context.workspace().read(context.spark(), MODEL), options.statistics());
  }

  private void run() {
    Instant start = Instant.now();
    Workspace workspace = context.workspace();
    ManifestDraft draft =
        ManifestDraft.of("stats", ALGORITHM, context.seed())
            .parameters(options.normParameters())
            .parameter("split", options.trainSplit())
            .parameter("statistic", Statistics.named(options.statistics()));
    leaves.forEach(leaf -> draft.input(leaf, workspace.require(leaf, "Ingest it again.")));
    // As with the feature profile: a model of the same footage is the same model.
    WriteMode mode = context.writeMode() == WriteMode.ERROR ? WriteMode.SKIP : context.writeMode();
    try (LeafTransaction transaction = workspace.begin(draft, mode, List.of(MODEL))) {
      if (transaction.upToDate()) {
        context.console().skipped(NAME, MODEL + " is up to date");
        return;
      }
      SegmentStatistics model = fit();
      Broadcast<SegmentStatistics> shared = Statistics.broadcast(context.spark(), model);
      Tables.writeLarge(StatisticModelTable.table(context.spark(), shared), transaction, MODEL);
      shared.destroy();
      transaction.commit();
      context
          .console()
          .stage(
              NAME,
              Duration.between(start, Instant.now()),
              Statistics.named(options.statistics())
                  + " of "
                  + Console.count(model.tail().total(), "segment")
                  + " of split "
                  + options.trainSplit());
    }
  }

  private SegmentStatistics fit() {
    if (options.statistics().contains(Statistic.MAHALANOBIS)) {
      MahalanobisFit.checkMemory(context, shape.dim());
    }
    Dataset<Row> segments =
        SeenSegments.read(context, leaves, options.fixedSegments())
            .withColumn("norm", options.norm());
    List<Statistic> statistics = options.statistics();
    boolean features = statistics.stream().anyMatch(statistic -> statistic != Statistic.NORM);
    FeatureProfile profile = features ? options.profile().get() : null;
    SegmentStatistics model =
        new SegmentStatistics(
            statistics,
            profile,
            statistics.contains(Statistic.MAHALANOBIS)
                ? MahalanobisFit.fit(segments, profile, shape.crops())
                : null,
            statistics.contains(Statistic.MIXTURE)
                ? MixtureFit.fit(segments, profile, shape.crops())
                : null,
            null,
            null);
    return withTail(model, segments);
  }

  private SegmentStatistics withTail(SegmentStatistics model, Dataset<Row> segments) {
    Broadcast<SegmentStatistics> shared = Statistics.broadcast(context.spark(), model);
    int crops = shape.crops();
    JavaRDD<double[]> z =
        Statistics.columns(segments)
            .toJavaRDD()
            .mapPartitions(
                rows -> {
                  SegmentStatistics.Room room = shared.value().room(crops);
                  return Statistics.mapped(rows, row -> Statistics.z(room, row, true));
                })
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      NullModel joint =
          options.statistics().size() == 1
              ? null
              : JointMoments.of(z, options.statistics().size()).nullModel();
      // Only what z alone needs goes to the tasks: the Gaussians may take hundreds of megabytes.
      SegmentStatistics ofZ =
          new SegmentStatistics(options.statistics(), null, null, null, joint, null);
      CountingSketch tail =
          z.treeAggregate(
              new CountingSketch(),
              (sketch, x) -> {
                sketch.add(ofZ.outlyingness(x));
                return sketch;
              },
              (left, right) -> {
                left.merge(right);
                return left;
              });
      return model.with(joint, tail.distribution());
    } finally {
      z.unpersist(false);
      shared.destroy();
    }
  }
}
