package org.c2fpl.coarse;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.c2fpl.method.coarse.DivisiveClustering;
import org.c2fpl.method.coarse.DivisiveClustering.Anomalous;
import org.c2fpl.method.coarse.DivisiveClustering.Child;
import org.c2fpl.method.coarse.DivisiveClustering.Iteration;
import org.c2fpl.method.coarse.DivisiveClustering.Result;
import org.c2fpl.method.coarse.KnownCounts;
import org.c2fpl.method.coarse.MixtureComponent;
import org.c2fpl.workspace.Table;

/**
 * Labels videos by divisive clustering (Alg. 1, lines 6–12), guided by known labels if there are
 * any.
 *
 * <p>Memory: see {@link MllibTwoWayClustering}; on the driver the steps of the loop.
 */
final class DivisiveLabels {
  private DivisiveLabels() {}

  /**
   * @param videos {@code video_id, norm_mean, norm_std, known}
   */
  static Labelling label(Dataset<Row> videos, KnownCounts known, double eta) {
    JavaRDD<VideoPoint> points = PointTable.of(videos);
    MllibTwoWayClustering clustering = new MllibTwoWayClustering();
    Result<JavaRDD<VideoPoint>> result =
        DivisiveClustering.run(points, PointTable.checkedSize(points), known, eta, clustering);
    int iterations = result.iterations().size();
    return new Labelling(
        videos.sparkSession().createDataFrame(rows(result), Table.COARSE_LABELS.schema()),
        "in " + iterations + (iterations == 1 ? " iteration" : " iterations"),
        result.stoppedEarly(),
        details -> {
          describe(result, details);
          if (known.total() > 0) {
            details.put("eta", known.ratio(eta));
            details.put("known_normal", known.normal());
            details.put("known_anomalous", known.anomalous());
          }
        },
        () -> {
          clustering.release();
          points.unpersist(false);
        });
  }

  private static JavaRDD<Row> rows(Result<JavaRDD<VideoPoint>> result) {
    JavaRDD<Row> rows = result.normal().map(point -> PointTable.row(point, null));
    for (Anomalous<JavaRDD<VideoPoint>> anomalous : result.anomalous()) {
      int iteration = anomalous.iteration();
      rows = rows.union(anomalous.cluster().map(point -> PointTable.row(point, iteration)));
    }
    return rows;
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
  }

  private static void describe(String name, Child<?> child, ObjectNode step) {
    step.put(name + "_size", child.size());
    step.put(name + "_mean_mu", child.meanMu());
    step.put(name + "_mean_sigma", child.meanSigma());
    MixtureComponent component = child.component();
    ObjectNode fitted = step.putObject(name + "_component");
    fitted.put("weight", component.weight());
    ArrayNode mean = fitted.putArray("mean");
    Arrays.stream(component.mean()).forEach(mean::add);
    ArrayNode covariance = fitted.putArray("covariance");
    Arrays.stream(component.covariance()).forEach(covariance::add);
  }
}
