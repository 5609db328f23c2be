package org.c2fpl.stats;

import static org.apache.spark.sql.functions.col;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.c2fpl.method.statistics.ExactVectorMoments;
import org.c2fpl.method.statistics.FeatureProfile;
import org.c2fpl.segments.SeenSegments;
import org.c2fpl.segments.Splits;
import org.c2fpl.stage.Console;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.Tables;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.LeafTransaction;
import org.c2fpl.workspace.ManifestDraft;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;
import org.c2fpl.workspace.WriteMode;

/**
 * {@code segments} of the training split → {@code feature_profile}: mean and sample deviation of
 * every dimension over all crops × segments, exact and independent of row order.
 *
 * <p>Memory: an accumulator a task and on the driver, about 0.3 KB a dimension.
 */
public final class FeatureProfileStage {
  private static final String NAME = "profile";
  private static final int ALGORITHM = 1;
  private static final Leaf PROFILE = Leaf.of(Table.FEATURE_PROFILE);

  private final StageContext context;
  private final String trainSplit;
  private final int fixedSegments;

  private FeatureProfileStage(StageContext context, String trainSplit, int fixedSegments) {
    this.context = context;
    this.trainSplit = trainSplit;
    this.fixedSegments = fixedSegments;
  }

  /** The profile of the workspace; empty where features are used as they are. */
  public static Optional<FeatureProfile> read(StageContext context) {
    Workspace workspace = context.workspace();
    if (workspace.manifest(PROFILE).isEmpty()) {
      return Optional.empty();
    }
    List<Row> rows = workspace.read(context.spark(), PROFILE).orderBy("dimension").collectAsList();
    return Optional.of(
        new FeatureProfile(
            rows.stream().mapToDouble(row -> row.getAs("mean")).toArray(),
            rows.stream().mapToDouble(row -> row.getAs("deviation")).toArray()));
  }

  /** The profile of a split's footage, without a table. */
  public static FeatureProfile fit(StageContext context, String trainSplit, int fixedSegments) {
    Workspace workspace = context.workspace();
    List<Leaf> leaves = Splits.segments(workspace, trainSplit);
    return moments(
            SeenSegments.read(context, leaves, fixedSegments), Splits.sameShape(workspace, leaves))
        .profile();
  }

  /**
   * Fits the profile, or finds it up to date.
   *
   * @param fits false where a profile that is there is taken as it is: footage that comes later is
   *     standardised as the training footage was
   */
  static void run(StageContext context, String trainSplit, int fixedSegments, boolean fits) {
    if (fits || context.workspace().manifest(PROFILE).isEmpty()) {
      new FeatureProfileStage(context, trainSplit, fixedSegments).run();
    }
  }

  private void run() {
    Instant start = Instant.now();
    Workspace workspace = context.workspace();
    List<Leaf> leaves = Splits.segments(workspace, trainSplit);
    Splits.Shape shape = Splits.sameShape(workspace, leaves);
    ManifestDraft draft =
        ManifestDraft.of("stats", ALGORITHM, context.seed())
            .parameter("split", trainSplit)
            .parameter(SeenSegments.FIXED_SEGMENTS, fixedSegments);
    leaves.forEach(leaf -> draft.input(leaf, workspace.require(leaf, "Ingest it again.")));
    // A profile made from the same footage is the same profile: never an error to find it there.
    WriteMode mode = context.writeMode() == WriteMode.ERROR ? WriteMode.SKIP : context.writeMode();
    try (LeafTransaction transaction = workspace.begin(draft, mode, List.of(PROFILE))) {
      if (transaction.upToDate()) {
        context.console().skipped(NAME, PROFILE + " is up to date");
        return;
      }
      ExactVectorMoments moments =
          moments(SeenSegments.read(context, leaves, fixedSegments), shape);
      transaction.details(PROFILE).put("values", moments.count());
      Tables.write(rows(moments.profile()), transaction, PROFILE);
      transaction.commit();
      context
          .console()
          .stage(
              NAME,
              Duration.between(start, Instant.now()),
              Console.count(shape.dim(), "dimension")
                  + " over "
                  + Console.count(moments.count(), "feature vector")
                  + " of split "
                  + trainSplit);
    }
  }

  private static ExactVectorMoments moments(Dataset<Row> segments, Splits.Shape shape) {
    int crops = shape.crops();
    int dim = shape.dim();
    JavaRDD<byte[]> features =
        segments.select(col("features")).toJavaRDD().map(row -> row.<byte[]>getAs(0));
    return features.treeAggregate(
        new ExactVectorMoments(dim),
        (moments, bytes) -> {
          moments.add(bytes, crops);
          return moments;
        },
        (left, right) -> {
          left.merge(right);
          return left;
        });
  }

  private Dataset<Row> rows(FeatureProfile profile) {
    List<Row> rows = new java.util.ArrayList<>();
    double[] mean = profile.mean();
    double[] deviation = profile.deviation();
    for (int d = 0; d < mean.length; d++) {
      rows.add(RowFactory.create(d, mean[d], deviation[d]));
    }
    return context.spark().createDataFrame(rows, Table.FEATURE_PROFILE.schema()).coalesce(1);
  }
}
