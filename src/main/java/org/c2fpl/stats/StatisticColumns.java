package org.c2fpl.stats;

import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.c2fpl.errors.DataException;
import org.c2fpl.method.statistics.StatisticModel;
import org.c2fpl.segments.Splits;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;

/** z and surprise of segments as columns of {@code segment_statistics}. */
public final class StatisticColumns {
  private StatisticColumns() {}

  /** The statistics as on the command line; {@code none} for no statistics. */
  public static String named(List<Statistic> statistics) {
    return statistics.isEmpty()
        ? "none"
        : statistics.stream().map(Statistic::toString).collect(Collectors.joining(","));
  }

  /**
   * Components of z in {@code segment_statistics}; 0 if stats computed only norms.
   *
   * @throws DataException if batches differ
   */
  public static int components(Workspace workspace, List<Leaf> normLeaves) {
    TreeSet<String> statistics = new TreeSet<>();
    for (Leaf leaf : normLeaves) {
      Object statistic =
          workspace
              .require(leaf, "Run 'c2fpl stats' again.")
              .parameters()
              .getOrDefault("statistic", named(List.of()));
      statistics.add(statistic.toString());
    }
    if (statistics.size() > 1) {
      throw new DataException(
          "Cannot use the statistics of segments: the batches of split "
              + normLeaves.get(0).split()
              + " have different statistics "
              + statistics
              + ". Run 'c2fpl stats' for all of them.");
    }
    return statistics.first().equals(named(List.of()))
        ? 0
        : (int) statistics.first().chars().filter(c -> c == ',').count() + 1;
  }

  /** Whether segments are labelled by their norms or the ranks of these. */
  public static boolean areNorms(Workspace workspace, List<Leaf> normLeaves) {
    int components = components(workspace, normLeaves);
    return components == 0
        || normLeaves.stream()
            .map(leaf -> workspace.require(leaf, "").parameters().get("statistic"))
            .allMatch(Statistic.NORM.toString()::equals);
  }

  /**
   * z and surprise of rows with {@code features} and {@code norm}; one row at a time, and the model
   * once per executor.
   *
   * @param training whether the rows are of the training split
   */
  public static Dataset<Row> of(
      Dataset<Row> segments, StatisticModel model, Splits.Shape shape, boolean training) {
    Broadcast<StatisticModel> shared = broadcast(segments.sparkSession(), model);
    int crops = shape.crops();
    MapPartitionsFunction<Row, Row> map =
        rows -> {
          StatisticModel statistics = shared.value();
          StatisticModel.Room room = statistics.room(crops);
          return mapped(
              rows,
              row -> {
                double[] z = z(room, row, training);
                return RowFactory.create(
                    row.getString(0), row.getInt(1), z, statistics.surprise(z));
              });
        };
    return columns(segments).mapPartitions(map, Encoders.row(Table.SEGMENT_STATISTICS.schema()));
  }

  /** The columns that {@link #z} reads. */
  static Dataset<Row> columns(Dataset<Row> segments) {
    return segments.select("video_id", "segment_index", "features", "norm");
  }

  static double[] z(StatisticModel.Room room, Row row, boolean training) {
    return room.z(row.getString(0), training, row.getAs(2), row.getDouble(3));
  }

  /** A value that tasks share, once per executor. */
  public static <T> Broadcast<T> broadcast(SparkSession spark, T value) {
    return JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(value);
  }

  /** An iterator seen through a function. */
  static <A, B> Iterator<B> mapped(Iterator<A> values, Function<A, B> function) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return values.hasNext();
      }

      @Override
      public B next() {
        return function.apply(values.next());
      }
    };
  }
}
