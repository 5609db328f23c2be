package org.c2fpl.stats;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.c2fpl.method.statistics.EmpiricalDistribution;
import org.c2fpl.method.statistics.FeatureProfile;
import org.c2fpl.method.statistics.ModelPart;
import org.c2fpl.method.statistics.NullModel;
import org.c2fpl.method.statistics.StatisticModel;
import org.c2fpl.workspace.Table;

/**
 * Rows of {@code statistic_model}: the parts of the components of z, and
 *
 * <ul>
 *   <li>{@code profile}: mean and, as factor, deviation of every feature dimension
 *   <li>{@code joint}: mean and covariance of a z of several components
 *   <li>{@code tail}: intervals of outlyingness and the training segments in each
 * </ul>
 */
final class StatisticModelTable {
  private StatisticModelTable() {}

  /**
   * The rows of a model, made one at a time by the single task that writes them: on the driver they
   * would be copied three times, and then into the task.
   */
  static Dataset<Row> table(SparkSession spark, Broadcast<StatisticModel> model) {
    JavaRDD<Row> rows =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(List.of(0), 1)
            .flatMap(any -> rows(model.value()));
    return spark.createDataFrame(rows, Table.STATISTIC_MODEL.schema());
  }

  private static Iterator<Row> rows(StatisticModel model) {
    List<ModelPart> parts = new ArrayList<>();
    if (model.profile() != null) {
      parts.add(ModelPart.of("profile", 0, 0, model.profile().mean(), model.profile().deviation()));
    }
    model.components().forEach(component -> parts.addAll(component.parts()));
    if (model.joint() != null) {
      parts.add(ModelPart.of("joint", 0, 0, model.joint().mean(), model.joint().covariance()));
    }
    parts.add(ModelPart.of("tail", model.tail()));
    return StatisticColumns.mapped(parts.iterator(), StatisticModelTable::row);
  }

  private static Row row(ModelPart part) {
    return RowFactory.create(
        part.part(),
        part.number(),
        part.weight() == 0 ? null : part.weight(),
        part.mean(),
        part.factor(),
        part.intervals(),
        part.counts());
  }

  /**
   * The model of a leaf's rows; {@code 4 d (d + 1)} bytes per Gaussian on the driver.
   *
   * @param statistics the components of z for which it was fitted
   */
  static StatisticModel model(Dataset<Row> table, List<Statistic> statistics) {
    List<ModelPart> parts = ModelPartReader.read(table);
    FeatureProfile profile =
        ModelPart.named("profile", parts).stream()
            .map(part -> new FeatureProfile(part.mean(), part.factor()))
            .findFirst()
            .orElse(null);
    NullModel joint =
        ModelPart.named("joint", parts).stream()
            .map(part -> new NullModel(part.mean(), part.factor()))
            .findFirst()
            .orElse(null);
    ModelPart tail = ModelPart.named("tail", parts).get(0);
    return new StatisticModel(
        statistics.stream().map(statistic -> statistic.stored(parts)).toList(),
        profile,
        joint,
        new EmpiricalDistribution(tail.intervals(), tail.counts()));
  }
}
