package org.c2fpl.stats;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.c2fpl.method.statistics.DiagonalMixture;
import org.c2fpl.method.statistics.EmpiricalDistribution;
import org.c2fpl.method.statistics.FeatureProfile;
import org.c2fpl.method.statistics.NullModel;
import org.c2fpl.method.statistics.RobustGaussians;
import org.c2fpl.method.statistics.SegmentStatistics;
import org.c2fpl.method.statistics.ShrunkGaussian;
import org.c2fpl.method.statistics.Statistic;
import org.c2fpl.stats.ModelParts.Part;
import org.c2fpl.workspace.Table;

/**
 * Rows of {@code statistic_model}. Parts:
 *
 * <ul>
 *   <li>{@code profile}: mean and, as factor, deviation of every feature dimension
 *   <li>{@code fold} 0, 1, … and {@code all}: a Gaussian's mean and Cholesky factor by columns, in
 *       1/256 of a deviation
 *   <li>{@code component} 0, 1, …: weight, mean and, as factor, deviations
 *   <li>{@code joint}: mean and covariance of a z of several components
 *   <li>{@code tail}: intervals of outlyingness and the training segments in each
 * </ul>
 */
final class StatisticModelTable {
  private static final double[] NONE = {};

  private StatisticModelTable() {}

  /**
   * The rows of a model, made one at a time by the one task that writes them: on the driver they
   * would be copied three times, and into the task besides.
   */
  static Dataset<Row> table(SparkSession spark, Broadcast<SegmentStatistics> model) {
    JavaRDD<Row> rows =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(List.of(0), 1)
            .flatMap(any -> rows(model.value()).iterator());
    return spark.createDataFrame(rows, Table.STATISTIC_MODEL.schema());
  }

  /** Views of the model. */
  private static List<Row> rows(SegmentStatistics model) {
    List<Row> rows = new ArrayList<>();
    if (model.profile() != null) {
      rows.add(part("profile", 0, null, model.profile().mean(), model.profile().deviation()));
    }
    if (model.gaussians() != null) {
      List<ShrunkGaussian> folds = model.gaussians().folds();
      for (int k = 0; k < folds.size(); k++) {
        rows.add(part("fold", k, null, folds.get(k).mean(), folds.get(k).factor()));
      }
      ShrunkGaussian all = model.gaussians().all();
      rows.add(part("all", 0, null, all.mean(), all.factor()));
    }
    DiagonalMixture mixture = model.mixture();
    for (int k = 0; mixture != null && k < mixture.components(); k++) {
      rows.add(
          part("component", k, mixture.weights()[k], mixture.means()[k], mixture.deviations()[k]));
    }
    if (model.joint() != null) {
      rows.add(part("joint", 0, null, model.joint().mean(), model.joint().covariance()));
    }
    rows.add(
        RowFactory.create(
            "tail", 0, null, NONE, NONE, model.tail().intervals(), model.tail().counts()));
    return rows;
  }

  /**
   * The model of a leaf's rows; {@code 4 d (d + 1)} bytes a Gaussian on the driver.
   *
   * @param statistics the components of z that it was fitted for
   */
  static SegmentStatistics model(Dataset<Row> table, List<Statistic> statistics) {
    List<Part> rows = ModelParts.read(table);
    rows.sort(Comparator.comparingInt(Part::number));
    List<Part> profile = parts(rows, "profile");
    List<Part> all = parts(rows, "all");
    List<Part> components = parts(rows, "component");
    List<Part> joint = parts(rows, "joint");
    Part tail = parts(rows, "tail").get(0);
    return new SegmentStatistics(
        statistics,
        profile.isEmpty()
            ? null
            : new FeatureProfile(profile.get(0).mean(), profile.get(0).factor()),
        all.isEmpty()
            ? null
            : new RobustGaussians(
                parts(rows, "fold").stream().map(StatisticModelTable::gaussian).toList(),
                gaussian(all.get(0))),
        components.isEmpty()
            ? null
            : new DiagonalMixture(
                components.stream().mapToDouble(Part::weight).toArray(),
                components.stream().map(Part::mean).toArray(double[][]::new),
                components.stream().map(Part::factor).toArray(double[][]::new)),
        joint.isEmpty() ? null : new NullModel(joint.get(0).mean(), joint.get(0).factor()),
        new EmpiricalDistribution(tail.intervals(), tail.counts()));
  }

  private static Row part(String part, int number, Double weight, double[] mean, double[] factor) {
    return RowFactory.create(part, number, weight, mean, factor, new int[0], new long[0]);
  }

  private static List<Part> parts(List<Part> rows, String part) {
    return rows.stream().filter(row -> row.part().equals(part)).toList();
  }

  private static ShrunkGaussian gaussian(Part part) {
    return new ShrunkGaussian(part.mean(), part.factor());
  }
}
