package org.c2fpl.report;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.RelationalGroupedDataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.c2fpl.method.statistics.NormKind;
import org.c2fpl.report.page.Figures;
import org.c2fpl.report.page.ReportData.Drift;
import org.c2fpl.report.page.ReportData.DriftOfBatch;
import org.c2fpl.report.page.ReportData.NullModel;
import org.c2fpl.segments.SeenSegments;
import org.c2fpl.stage.StageContext;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;

/**
 * The norms of segments: their distribution in the training footage under the null model, and the
 * drift of scored footage. Memory on the driver: {@link #BINS} counts per label, and one row per
 * batch for at most {@link #MAX_BATCHES} batches.
 */
final class Norms {
  static final int BINS = 60;
  static final int MAX_BATCHES = 200;

  private final StageContext context;
  private final Workspace workspace;

  Norms(StageContext context) {
    this.context = context;
    this.workspace = context.workspace();
  }

  /** Null without a null model of one norm. */
  NullModel histogram() {
    Leaf nullLeaf = Leaf.of(Table.NULL_MODEL);
    Leaf fineLeaf = Leaf.of(Table.FINE_LABELS);
    if (workspace.manifest(nullLeaf).isEmpty() || workspace.manifest(fineLeaf).isEmpty()) {
      return null;
    }
    Row model = workspace.read(context.spark(), nullLeaf).first();
    List<Double> mean = model.getList(0);
    List<Double> covariance = model.getList(1);
    if (mean.size() != 1 || !ofNorms(workspace.require(nullLeaf, ""))) {
      return null;
    }
    // Only videos labelled anomalous have p.
    Dataset<Row> segments =
        workspace
            .read(context.spark(), fineLeaf)
            .select(col("norm"), col("p_value").isNotNull().as("anomalous"));
    Row range = segments.agg(min("norm"), max("norm")).first();
    if (range.isNullAt(0)) {
      return null;
    }
    double low = range.getDouble(0);
    double high = range.getDouble(1) > low ? range.getDouble(1) : low + 1;
    double width = (high - low) / BINS;
    Column bin =
        least(floor(col("norm").minus(low).divide(width)), lit((long) BINS - 1))
            .cast(DataTypes.IntegerType);
    long[] normal = new long[BINS];
    long[] anomalous = new long[BINS];
    for (Row row :
        segments.groupBy(col("anomalous"), bin.as("bin")).agg(count(lit(1))).collectAsList()) {
      (row.getBoolean(0) ? anomalous : normal)[row.getInt(1)] = row.getLong(2);
    }
    double[] edges = new double[BINS + 1];
    for (int i = 0; i <= BINS; i++) {
      edges[i] = Figures.rounded(low + i * width);
    }
    return new NullModel(
        edges,
        normal,
        anomalous,
        Figures.rounded(mean.get(0)),
        Figures.rounded(Math.sqrt(covariance.get(0))));
  }

  /** Whether z is the norm, and no other statistic. */
  private static boolean ofNorms(Manifest nullModel) {
    return nullModel.inputs().keySet().stream()
        .noneMatch(input -> input.startsWith(Table.SEGMENT_STATISTICS.folder() + "/"));
  }

  /**
   * The drift of the scored footage from the training footage; null if either is unknown.
   *
   * @param learnedFrom a split; null if nothing was trained
   */
  Drift drift(String learnedFrom) {
    List<Leaf> reference =
        learnedFrom == null ? List.of() : workspace.leaves(Table.VIDEO_STATS, learnedFrom);
    Set<Leaf> stats = Set.copyOf(workspace.leaves(Table.VIDEO_STATS));
    List<Leaf> scored =
        workspace.leaves(Table.SEGMENT_SCORES).stream()
            .map(leaf -> leaf.in(Table.VIDEO_STATS))
            .filter(stats::contains)
            .toList();
    if (reference.isEmpty() || scored.isEmpty()) {
      return null;
    }
    Set<Object> computed = reference.stream().map(this::computed).collect(Collectors.toSet());
    Set<Leaf> comparable =
        scored.stream()
            .filter(leaf -> computed.equals(Set.of(computed(leaf))))
            .collect(Collectors.toSet());
    Moments learned = Moments.of(moments(Batches.read(context, reference).groupBy()).first(), 0);
    List<DriftOfBatch> batches = new ArrayList<>();
    for (Row row :
        moments(Batches.read(context, scored).groupBy("split", "batch"))
            .orderBy("split", "batch")
            .limit(MAX_BATCHES)
            .collectAsList()) {
      Moments batch = Moments.of(row, 2);
      boolean compares =
          learned.deviation > 0
              && comparable.contains(
                  Leaf.of(Table.VIDEO_STATS, row.getString(0), row.getString(1)));
      batches.add(
          new DriftOfBatch(
              row.getString(0),
              row.getString(1),
              batch.segments,
              Figures.rounded(batch.mean),
              Figures.rounded(batch.deviation),
              compares
                  ? (Double) Figures.rounded((batch.mean - learned.mean) / learned.deviation)
                  : null,
              compares ? (Double) Figures.rounded(batch.deviation / learned.deviation) : null));
    }
    return new Drift(
        learnedFrom,
        Figures.rounded(learned.mean),
        Figures.rounded(learned.deviation),
        scored.size() - comparable.size(),
        batches);
  }

  /** The options of the norms; norms with different options are not comparable. */
  private Object computed(Leaf stats) {
    Manifest manifest = workspace.require(stats, "");
    return Arrays.asList(
        manifest.parameters().getOrDefault("standardize", false),
        manifest.parameters().getOrDefault("norm", NormKind.L2.toString()),
        manifest.parameters().getOrDefault(SeenSegments.FIXED_SEGMENTS, 0),
        manifest.inputs().get(Table.FEATURE_PROFILE.folder()));
  }

  /** Count, sum and sum of squares of segments' norms, from the statistics of videos. */
  private static Dataset<Row> moments(RelationalGroupedDataset videos) {
    Column n = col("segments");
    Column mu = col("norm_mean");
    Column sigma = col("norm_std");
    return videos.agg(
        sum(n).cast(DataTypes.LongType).as("n"),
        sum(n.multiply(mu)).as("sum"),
        sum(n.minus(1).multiply(sigma).multiply(sigma).plus(n.multiply(mu).multiply(mu)))
            .as("squares"));
  }

  private record Moments(long segments, double mean, double deviation) {
    static Moments of(Row row, int from) {
      long n = row.getLong(from);
      double mean = row.getDouble(from + 1) / n;
      double squares = Math.max(0, row.getDouble(from + 2) - n * mean * mean);
      return new Moments(n, mean, n < 2 ? 0 : Math.sqrt(squares / (n - 1)));
    }
  }
}
