package org.c2fpl.stats;

import java.util.List;
import java.util.Map;
import java.util.Set;
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
import org.c2fpl.method.statistics.SegmentStatistic;
import org.c2fpl.method.statistics.StatisticModel;
import org.c2fpl.segments.SeenSegments;
import org.c2fpl.segments.Splits;
import org.c2fpl.stage.Stage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageRunner;
import org.c2fpl.stage.Unit;
import org.c2fpl.stage.Words;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;

/**
 * {@code segments} of the training split → {@code statistic_model}: everything needed to compute z
 * and its surprise for footage of any split.
 *
 * <p>Costs and memory are those of {@link MahalanobisFit} and {@link MixtureFit}; the executors
 * cache 8 bytes per segment and component of z, spilling to disk.
 */
final class StatisticStage extends Stage<StatisticStage.Options, Long> {
  private static final Leaf MODEL = Leaf.of(Table.STATISTIC_MODEL);

  /**
   * @param fixedSegments bins per video; 0 for the segments as they are
   * @param normParameters the parameters of {@code norm}
   * @param norm the segment norm of {@code features}
   * @param profile of the training split's features; called at most once
   */
  record Options(
      List<Statistic> statistics,
      String trainSplit,
      int fixedSegments,
      Map<String, Object> normParameters,
      Column norm,
      Supplier<FeatureProfile> profile) {}

  /**
   * Fits the model, or finds it up to date; returns it.
   *
   * @param fits false to use an existing model as it is
   */
  static StatisticModel require(StageContext context, Options options, boolean fits) {
    if (fits || context.workspace().manifest(MODEL).isEmpty()) {
      StageRunner.run(context, new StatisticStage(), options);
    }
    return StatisticModelTable.model(
        context.workspace().read(context.spark(), MODEL), options.statistics());
  }

  StatisticStage() {
    super(
        "statistic",
        1,
        Set.of(Table.SEGMENTS, Table.POOLED_SEGMENTS),
        Set.of(Table.STATISTIC_MODEL));
  }

  @Override
  protected String command() {
    return "stats";
  }

  @Override
  public List<Unit> units(StageContext context, Options options) {
    Workspace workspace = context.workspace();
    List<Leaf> leaves = Splits.segments(workspace, options.trainSplit());
    Unit unit =
        Unit.writing(MODEL)
            .mode(context.writeModeForFits())
            .inputs(workspace, leaves, "Ingest it again.")
            .parameters(options.normParameters())
            .parameter("split", options.trainSplit())
            .parameter("statistic", StatisticColumns.named(options.statistics()));
    return List.of(
        unit.made(
            out -> {
              context
                  .events()
                  .noQuery(
                      MODEL.toString(),
                      "Gaussians and mixtures are fitted in Java, by RDDs over the segments");
              StatisticModel model = fit(context, options, leaves);
              Broadcast<StatisticModel> shared = StatisticColumns.broadcast(context.spark(), model);
              out.writeLarge(StatisticModelTable.table(context.spark(), shared), MODEL);
              shared.destroy();
              return StatisticColumns.named(options.statistics())
                  + " of "
                  + Words.count(model.tail().total(), "segment")
                  + " of split "
                  + options.trainSplit();
            }));
  }

  /** The parts of the model. */
  @Override
  protected Long result(List<Manifest> manifests) {
    return manifests.get(0).rows();
  }

  private static StatisticModel fit(StageContext context, Options options, List<Leaf> leaves) {
    Splits.Shape shape = Splits.sameShape(context.workspace(), leaves);
    List<Statistic> statistics = options.statistics();
    statistics.forEach(statistic -> statistic.checkMemory(context, shape.dim()));
    Dataset<Row> segments =
        SeenSegments.read(context, leaves, options.fixedSegments())
            .withColumn("norm", options.norm());
    FeatureProfile profile =
        statistics.stream().anyMatch(Statistic::readsFeatures) ? options.profile().get() : null;
    List<SegmentStatistic> fitted =
        statistics.stream()
            .map(statistic -> statistic.fit(segments, profile, shape.crops()))
            .toList();
    return withTail(context, shape, new StatisticModel(fitted, profile, null, null), segments);
  }

  private static StatisticModel withTail(
      StageContext context, Splits.Shape shape, StatisticModel model, Dataset<Row> segments) {
    Broadcast<StatisticModel> shared = StatisticColumns.broadcast(context.spark(), model);
    int crops = shape.crops();
    JavaRDD<double[]> z =
        StatisticColumns.columns(segments)
            .toJavaRDD()
            .mapPartitions(
                rows -> {
                  StatisticModel.Room room = shared.value().room(crops);
                  return StatisticColumns.mapped(rows, row -> StatisticColumns.z(room, row, true));
                })
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      int components = model.components().size();
      NullModel joint = components == 1 ? null : JointMoments.of(z, components).nullModel();
      // Only the parts needed for z go to the tasks: the Gaussians may take hundreds of megabytes.
      StatisticModel ofZ = new StatisticModel(List.of(), null, joint, null);
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
