package org.c2fpl.stages;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.storage.StorageLevel;
import org.c2fpl.errors.DataException;
import org.c2fpl.method.DivisiveClustering;
import org.c2fpl.method.DivisiveClustering.Anomalous;
import org.c2fpl.method.DivisiveClustering.Child;
import org.c2fpl.method.DivisiveClustering.Iteration;
import org.c2fpl.method.DivisiveClustering.Result;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.LeafTransaction;
import org.c2fpl.workspace.ManifestDraft;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;

/**
 * {@code video_stats} of the training split → {@code coarse_labels} (Alg. 1, lines 6–12).
 *
 * <p>Memory: see {@link MllibTwoWayClustering}; on the driver the steps of the loop.
 */
public final class CoarseStage {
  private static final String NAME = "coarse";
  private static final Leaf COARSE = Leaf.of(Table.COARSE_LABELS);

  /**
   * @param eta η: stop when anomalous / normal videos exceed it
   */
  public record Options(double eta, String trainSplit) {}

  private final StageContext context;
  private final Workspace workspace;
  private final Options options;

  private CoarseStage(StageContext context, Options options) {
    this.context = context;
    this.workspace = context.workspace();
    this.options = options;
  }

  public static void run(StageContext context, Options options) {
    new CoarseStage(context, options).run();
  }

  private void run() {
    Instant start = Instant.now();
    List<Leaf> leaves =
        workspace.requireLeaves(
            Table.VIDEO_STATS, options.trainSplit(), "Run 'c2fpl stats' first.");
    ManifestDraft draft =
        ManifestDraft.of(NAME, context.seed())
            .parameter("eta", options.eta())
            .parameter("split", options.trainSplit());
    leaves.forEach(leaf -> draft.input(leaf, workspace.require(leaf, "Run 'c2fpl stats' again.")));
    try (LeafTransaction transaction =
        workspace.begin(draft, context.writeMode(), List.of(COARSE))) {
      if (transaction.upToDate()) {
        context.console().skipped(NAME, COARSE + " is up to date");
        return;
      }
      JavaRDD<VideoPoint> points = points(workspace.read(context.spark(), leaves));
      MllibTwoWayClustering clustering = new MllibTwoWayClustering();
      long videos = checkedSize(points);
      Result<JavaRDD<VideoPoint>> result =
          DivisiveClustering.run(points, videos, options.eta(), clustering);
      Tables.write(labels(result), transaction, COARSE);
      clustering.release();
      points.unpersist(false);
      describe(result, transaction.details(COARSE));
      transaction.commit();
      tell(result, videos, Duration.between(start, Instant.now()));
    }
  }

  /** All points in one partition, in the order of their ids. */
  private static JavaRDD<VideoPoint> points(Dataset<Row> videoStats) {
    return videoStats
        .select("video_id", "norm_mean", "norm_std")
        .repartition(1)
        .sortWithinPartitions(col("video_id"))
        .toJavaRDD()
        .map(row -> new VideoPoint(row.getString(0), row.getDouble(1), row.getDouble(2)))
        .persist(StorageLevel.MEMORY_AND_DISK());
  }

  private static long checkedSize(JavaRDD<VideoPoint> points) {
    List<VideoPoint> bad =
        points
            .filter(point -> !(Double.isFinite(point.mu()) && Double.isFinite(point.sigma())))
            .take(1);
    if (!bad.isEmpty()) {
      throw new DataException(
          "Cannot cluster videos: video "
              + bad.get(0).videoId()
              + " has μ = "
              + bad.get(0).mu()
              + " and σ = "
              + bad.get(0).sigma()
              + ". Ingest its footage again, features must be finite.");
    }
    return points.count();
  }

  private Dataset<Row> labels(Result<JavaRDD<VideoPoint>> result) {
    JavaRDD<Row> rows = result.normal().map(point -> row(point, 0, null));
    for (Anomalous<JavaRDD<VideoPoint>> anomalous : result.anomalous()) {
      int iteration = anomalous.iteration();
      rows = rows.union(anomalous.cluster().map(point -> row(point, 1, iteration)));
    }
    return context
        .spark()
        .createDataFrame(rows, Table.COARSE_LABELS.schema())
        .repartition(1)
        .sortWithinPartitions("video_id");
  }

  private static Row row(VideoPoint point, int label, Integer iteration) {
    return RowFactory.create(point.videoId(), point.mu(), point.sigma(), label, iteration);
  }

  private static void describe(Result<?> result, ObjectNode details) {
    ArrayNode iterations = details.putArray("iterations");
    for (Iteration iteration : result.iterations()) {
      ObjectNode step = iterations.addObject();
      step.put("iteration", iteration.number());
      describe("anomalous", iteration.anomalous(), step);
      describe("normal", iteration.normal(), step);
      step.put("log_likelihood", iteration.logLikelihood());
      step.put("anomalous_videos", iteration.anomalousVideos());
      step.put("normal_videos", iteration.normalVideos());
      step.put("ratio", iteration.ratio());
    }
    details.put("stopped_early", result.stoppedEarly());
  }

  private static void describe(String name, Child<?> child, ObjectNode step) {
    step.put(name + "_size", child.size());
    step.put(name + "_mean_mu", child.meanMu());
    step.put(name + "_mean_sigma", child.meanSigma());
  }

  private void tell(Result<?> result, long videos, Duration took) {
    if (result.stoppedEarly() != null) {
      context
          .console()
          .warning("clustering stopped before the ratio was reached: " + result.stoppedEarly());
    }
    long anomalous =
        result.iterations().isEmpty()
            ? 0
            : result.iterations().get(result.iterations().size() - 1).anomalousVideos();
    context
        .console()
        .stage(
            NAME,
            took,
            String.format(
                Locale.ROOT,
                "%s of %s in %s",
                Console.count(anomalous, "anomalous video"),
                Console.count(videos, "video"),
                Console.count(result.iterations().size(), "iteration")));
  }
}
