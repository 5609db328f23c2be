package org.c2fpl.evaluate;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.col;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.c2fpl.method.statistics.FeatureProfile;
import org.c2fpl.method.statistics.NearestNeighbours;
import org.c2fpl.method.statistics.NullModel;
import org.c2fpl.segments.SeenSegments;
import org.c2fpl.segments.Splits;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stats.StatisticColumns;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;
import scala.collection.Seq;

/**
 * Scores of a split that need neither labels nor a detector, and the control by length.
 *
 * <p>{@code norm}: the segment's norm. {@code one_minus_p}: |norm − Γ|, which ranks like one minus
 * the density under N(Γ, Σ). {@code knn}: {@link NeighbourYardstick}. {@code statistic}: the
 * surprise of {@code segment_statistics}, if that table exists. {@code length}: the number of the
 * video's segments, on which no sound score depends.
 */
public final class Yardsticks {
  public static final String NORM = "norm";
  public static final String ONE_MINUS_P = "one_minus_p";
  public static final String KNN = "knn";
  public static final String LENGTH = "length";
  public static final String STATISTIC = "statistic";

  /**
   * @param table the table that the scores were made from
   * @param scores {@code video_id}, {@code segment_index}, {@code score}
   */
  public record Yardstick(String table, Dataset<Row> scores) {}

  private final StageContext context;
  private final Workspace workspace;
  private final String split;
  private final String trainSplit;
  private final int knnSample;
  private final Map<String, Yardstick> found = new LinkedHashMap<>();
  private final Map<String, String> unavailable = new LinkedHashMap<>();

  /**
   * @param split the split to score
   * @param trainSplit the split that {@code knn} samples
   * @param knnSample training segments that {@code knn} samples; 0 to leave it out
   */
  public Yardsticks(StageContext context, String split, String trainSplit, int knnSample) {
    this.context = context;
    this.workspace = context.workspace();
    this.split = split;
    this.trainSplit = trainSplit;
    this.knnSample = knnSample;
  }

  /** The leaves on which the scores depend. */
  public List<Leaf> inputs() {
    List<Leaf> inputs = new ArrayList<>(workspace.leaves(Table.SEGMENT_NORMS, split));
    inputs.addAll(workspace.leaves(Table.NULL_MODEL));
    inputs.addAll(statistics());
    if (knnSample > 0) {
      inputs.addAll(workspace.leaves(Table.FEATURE_PROFILE));
      inputs.addAll(workspace.leaves(Table.SEGMENTS, trainSplit));
      if (!split.equals(trainSplit)) {
        inputs.addAll(workspace.leaves(Table.SEGMENTS, split));
      }
    }
    return inputs;
  }

  /**
   * Makes the scores; {@link #found()} and {@link #unavailable()} return the result.
   *
   * @param lengths {@code video_id} and {@code segments}, one row per video
   * @param scored {@code video_id} and {@code segment_index}, one row per segment
   * @param profile standardises features for {@code knn}; empty to use them as they are
   */
  public void make(Dataset<Row> lengths, Dataset<Row> scored, Optional<FeatureProfile> profile) {
    byNorm();
    byStatistic();
    if (knnSample > 0) {
      byNeighbours(profile.orElse(null));
    }
    found.put(
        LENGTH,
        new Yardstick(
            Table.SEGMENT_SCORES.folder(),
            scored
                .select("video_id", "segment_index")
                .join(
                    lengths.select(
                        col("video_id"), col("segments").cast(DataTypes.DoubleType).as("score")),
                    "video_id")));
  }

  /** The scores by name, in the order of output. */
  public Map<String, Yardstick> found() {
    return found;
  }

  /** The names of unavailable yardsticks, and the reasons. */
  public Map<String, String> unavailable() {
    return unavailable;
  }

  private void byNorm() {
    List<Leaf> norms = workspace.leaves(Table.SEGMENT_NORMS, split);
    if (norms.isEmpty()) {
      String why = "segment_norms of split " + split + " were not made";
      unavailable.put(NORM, why);
      unavailable.put(ONE_MINUS_P, why);
      return;
    }
    Dataset<Row> segmentNorms = read(norms);
    found.put(
        NORM,
        new Yardstick(Table.SEGMENT_NORMS.folder(), segmentNorms.withColumn("score", col("norm"))));
    Leaf nullLeaf = Leaf.of(Table.NULL_MODEL);
    if (workspace.manifest(nullLeaf).isEmpty()) {
      unavailable.put(ONE_MINUS_P, "null_model was not made");
      return;
    }
    NullModel nullModel = nullModel(nullLeaf);
    List<Leaf> statistics = statistics();
    int components = statistics.isEmpty() ? 1 : StatisticColumns.components(workspace, norms);
    if (nullModel.mean().length != components) {
      unavailable.put(ONE_MINUS_P, "null_model is of another statistic than segment_norms");
      return;
    }
    found.put(
        ONE_MINUS_P,
        statistics.isEmpty()
            ? new Yardstick(
                Table.SEGMENT_NORMS.folder(),
                segmentNorms.withColumn("score", distance(col("norm"), nullModel)))
            : new Yardstick(
                Table.SEGMENT_STATISTICS.folder(),
                read(statistics)
                    .withColumn(
                        "score",
                        components == 1
                            ? distance(col("z").getItem(0), nullModel)
                            : surprise(nullModel).apply(col("z")))));
  }

  /**
   * A score that ranks like 1 − p of a scalar under N(Γ, Σ): |z − Γ|. The density itself underflows
   * to ties for anomalies.
   */
  private static Column distance(Column z, NullModel nullModel) {
    return abs(z.minus(nullModel.mean()[0]));
  }

  /** A score that ranks like 1 − p of a vector: −log p. */
  private static UserDefinedFunction surprise(NullModel nullModel) {
    UDF1<Seq<Double>, Double> surprise =
        z -> {
          double[] values = new double[z.size()];
          for (int i = 0; i < values.length; i++) {
            values[i] = z.apply(i);
          }
          return -nullModel.logDensity(values);
        };
    return functions.udf(surprise, DataTypes.DoubleType);
  }

  private NullModel nullModel(Leaf leaf) {
    Row row = workspace.read(context.spark(), leaf).select("mean", "covariance").head();
    return new NullModel(doubles(row.getList(0)), doubles(row.getList(1)));
  }

  private static double[] doubles(List<Double> values) {
    return values.stream().mapToDouble(value -> value).toArray();
  }

  private void byStatistic() {
    List<Leaf> leaves = statistics();
    if (!leaves.isEmpty()) {
      found.put(
          STATISTIC,
          new Yardstick(
              Table.SEGMENT_STATISTICS.folder(),
              read(leaves).withColumn("score", col("surprise"))));
    }
  }

  /** The leaves of the statistic in use; none if stats computed only norms. */
  private List<Leaf> statistics() {
    List<Leaf> norms = workspace.leaves(Table.SEGMENT_NORMS, split);
    return norms.isEmpty() || StatisticColumns.components(workspace, norms) == 0
        ? List.of()
        : workspace.leaves(Table.SEGMENT_STATISTICS, split);
  }

  /** One row per segment, also if stats compressed the videos. */
  private Dataset<Row> read(List<Leaf> leaves) {
    Dataset<Row> rows = null;
    for (Leaf leaf : leaves) {
      Dataset<Row> ofLeaf = workspace.read(context.spark(), leaf);
      if (SeenSegments.fixedSegments(workspace, leaf) > 0) {
        ofLeaf = SeenSegments.expand(context, ofLeaf, leaf.in(Table.SEGMENTS));
      }
      rows = rows == null ? ofLeaf : rows.unionByName(ofLeaf);
    }
    return rows;
  }

  private void byNeighbours(FeatureProfile profile) {
    List<Leaf> training = workspace.leaves(Table.SEGMENTS, trainSplit);
    if (training.isEmpty()) {
      unavailable.put(KNN, "split " + trainSplit + " was not ingested");
      return;
    }
    Splits.Shape shape = Splits.sameShape(workspace, training);
    List<Leaf> leaves = Splits.segments(workspace, split);
    Splits.Shape scoredShape = Splits.sameShape(workspace, leaves);
    if (shape.crops() != scoredShape.crops() || shape.dim() != scoredShape.dim()) {
      unavailable.put(
          KNN,
          "the features of split "
              + trainSplit
              + " are "
              + shape
              + ", those of split "
              + split
              + " "
              + scoredShape);
      return;
    }
    List<NearestNeighbours.Reference> sample =
        NeighbourYardstick.sample(workspace.read(context.spark(), training), shape, knnSample);
    boolean ownFootage = split.equals(trainSplit);
    long videos = sample.stream().map(NearestNeighbours.Reference::videoId).distinct().count();
    if (videos < (ownFootage ? 2 : 1)) {
      unavailable.put(
          KNN, "the sample of split " + trainSplit + " has segments of " + videos + " videos only");
      return;
    }
    found.put(
        KNN,
        new Yardstick(
            Table.SEGMENTS.folder(),
            NeighbourYardstick.scores(
                workspace.read(context.spark(), leaves), shape, sample, profile, ownFootage)));
  }
}
