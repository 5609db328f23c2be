package org.c2fpl.stages.statistics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.c2fpl.method.FeatureProfile;
import org.c2fpl.method.NullModel;
import org.c2fpl.method.statistics.DiagonalMixture;
import org.c2fpl.method.statistics.EmpiricalDistribution;
import org.c2fpl.method.statistics.RobustGaussians;
import org.c2fpl.method.statistics.SegmentStatistics;
import org.c2fpl.method.statistics.ShrunkGaussian;
import org.c2fpl.method.statistics.Statistic;

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

  static List<Row> rows(SegmentStatistics model) {
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
   * The model of a leaf's rows; up to a hundred times d² bytes on the driver.
   *
   * @param statistics the components of z that it was fitted for
   */
  static SegmentStatistics model(Dataset<Row> table, List<Statistic> statistics) {
    List<Row> rows = new ArrayList<>(table.collectAsList());
    rows.sort(Comparator.comparingInt(row -> row.getAs("number")));
    List<Row> profile = parts(rows, "profile");
    List<Row> all = parts(rows, "all");
    List<Row> components = parts(rows, "component");
    List<Row> joint = parts(rows, "joint");
    Row tail = parts(rows, "tail").get(0);
    return new SegmentStatistics(
        statistics,
        profile.isEmpty() ? null : new FeatureProfile(mean(profile.get(0)), factor(profile.get(0))),
        all.isEmpty()
            ? null
            : new RobustGaussians(
                parts(rows, "fold").stream().map(StatisticModelTable::gaussian).toList(),
                gaussian(all.get(0))),
        components.isEmpty()
            ? null
            : new DiagonalMixture(
                components.stream().mapToDouble(row -> row.getAs("weight")).toArray(),
                components.stream().map(StatisticModelTable::mean).toArray(double[][]::new),
                components.stream().map(StatisticModelTable::factor).toArray(double[][]::new)),
        joint.isEmpty() ? null : new NullModel(mean(joint.get(0)), factor(joint.get(0))),
        new EmpiricalDistribution(
            tail.<Integer>getList(5).stream().mapToInt(Integer::intValue).toArray(),
            tail.<Long>getList(6).stream().mapToLong(Long::longValue).toArray()));
  }

  private static Row part(String part, int number, Double weight, double[] mean, double[] factor) {
    return RowFactory.create(part, number, weight, mean, factor, new int[0], new long[0]);
  }

  private static List<Row> parts(List<Row> rows, String part) {
    return rows.stream().filter(row -> row.<String>getAs("part").equals(part)).toList();
  }

  private static ShrunkGaussian gaussian(Row row) {
    return new ShrunkGaussian(mean(row), factor(row));
  }

  private static double[] mean(Row row) {
    return row.<Double>getList(3).stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static double[] factor(Row row) {
    return row.<Double>getList(4).stream().mapToDouble(Double::doubleValue).toArray();
  }
}
