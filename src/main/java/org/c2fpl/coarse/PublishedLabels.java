package org.c2fpl.coarse;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.c2fpl.method.coarse.PublishedClustering;
import org.c2fpl.method.coarse.PublishedClustering.Result;
import org.c2fpl.method.coarse.PublishedClustering.Step;
import org.c2fpl.workspace.Table;

/**
 * Labels videos like the paper's published code.
 *
 * <p>Memory: all videos in one task, about 250 bytes each with their ids: 1 GB for four million
 * videos, which is the bound. The driver holds the steps of the loop.
 */
final class PublishedLabels {
  private record Outcome(List<VideoPoint> points, Result result) implements Serializable {}

  private PublishedLabels() {}

  /**
   * @param videos {@code video_id, norm_mean, norm_std, known}
   */
  static Labelling label(Dataset<Row> videos, double eta) {
    JavaRDD<VideoPoint> points = PointTable.of(videos);
    PointTable.checkedSize(points);
    JavaRDD<Outcome> outcome =
        points.mapPartitions(rows -> outcome(rows, eta)).persist(StorageLevel.MEMORY_AND_DISK());
    // Without the labels, which are one per video.
    Result told =
        outcome
            .map(Outcome::result)
            .map(all -> new Result(new int[0], all.steps(), all.stoppedEarly()))
            .first();
    int steps = told.steps().size();
    return new Labelling(
        videos
            .sparkSession()
            .createDataFrame(outcome.flatMap(PublishedLabels::rows), Table.COARSE_LABELS.schema()),
        "in " + steps + (steps == 1 ? " step" : " steps"),
        told.stoppedEarly(),
        details -> describe(told.steps(), details),
        () -> {
          outcome.unpersist(false);
          points.unpersist(false);
        });
  }

  private static Iterator<Outcome> outcome(Iterator<VideoPoint> rows, double eta) {
    List<VideoPoint> points = new ArrayList<>();
    rows.forEachRemaining(points::add);
    double[] mean = points.stream().mapToDouble(VideoPoint::mu).toArray();
    double[] variance = points.stream().mapToDouble(p -> p.sigma() * p.sigma()).toArray();
    return List.of(new Outcome(points, PublishedClustering.run(mean, variance, eta))).iterator();
  }

  private static Iterator<Row> rows(Outcome outcome) {
    int[] iteration = outcome.result().iteration();
    return IntStream.range(0, iteration.length)
        .mapToObj(
            i -> PointTable.row(outcome.points().get(i), iteration[i] == 0 ? null : iteration[i]))
        .iterator();
  }

  private static void describe(List<Step> steps, ObjectNode details) {
    ArrayNode iterations = details.putArray("iterations");
    for (Step step : steps) {
      ObjectNode told = iterations.addObject();
      told.put("iteration", step.iteration());
      told.put("moved", step.moved());
      // JSON has no NaN: the first step has no percentile.
      told.put("log_density", Double.isNaN(step.logDensity()) ? null : (Double) step.logDensity());
      told.put("anomalous_videos", step.anomalousVideos());
      told.put("normal_videos", step.normalVideos());
      told.put("ratio", (double) step.anomalousVideos() / step.normalVideos());
    }
  }
}
