package org.c2fpl.stats;

import static org.apache.spark.sql.functions.col;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.c2fpl.method.statistics.ExactVectorMoments;
import org.c2fpl.method.statistics.FeatureProfile;
import org.c2fpl.segments.SeenSegments;
import org.c2fpl.segments.Splits;
import org.c2fpl.stage.Stage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageRunner;
import org.c2fpl.stage.Unit;
import org.c2fpl.stage.Words;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;

/**
 * {@code segments} of the training split → {@code feature_profile}: mean and sample deviation of
 * every dimension over all crops × segments, exact and independent of row order.
 *
 * <p>Memory: an accumulator per task and on the driver, about 0.3 KB per dimension.
 */
public final class ProfileStage extends Stage<ProfileStage.Options, Long> {
  private static final Leaf PROFILE = Leaf.of(Table.FEATURE_PROFILE);

  /**
   * @param fixedSegments bins per video; 0 for the segments as they are
   */
  public record Options(String trainSplit, int fixedSegments) {}

  /** The profile of the workspace; empty if features are used as they are. */
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
  public static FeatureProfile fit(StageContext context, Options options) {
    return moments(context, options, Splits.segments(context.workspace(), options.trainSplit()))
        .profile();
  }

  /**
   * Fits the profile, or finds it up to date.
   *
   * @param fits false to use an existing profile: later footage is standardised like the training
   *     footage
   */
  static void require(StageContext context, Options options, boolean fits) {
    if (fits || context.workspace().manifest(PROFILE).isEmpty()) {
      StageRunner.run(context, new ProfileStage(), options);
    }
  }

  public ProfileStage() {
    super(
        "profile", 1, Set.of(Table.SEGMENTS, Table.POOLED_SEGMENTS), Set.of(Table.FEATURE_PROFILE));
  }

  @Override
  protected String command() {
    return "stats";
  }

  @Override
  public List<Unit> units(StageContext context, Options options) {
    Workspace workspace = context.workspace();
    List<Leaf> leaves = Splits.segments(workspace, options.trainSplit());
    Unit unit =
        Unit.writing(PROFILE)
            .mode(context.writeModeForFits())
            .inputs(workspace, leaves, "Ingest it again.")
            .parameter("split", options.trainSplit())
            .parameter(SeenSegments.FIXED_SEGMENTS, options.fixedSegments());
    return List.of(
        unit.made(
            out -> {
              context
                  .events()
                  .noQuery(
                      PROFILE.toString(),
                      "exact sums of every dimension, added up by an RDD in any order");
              ExactVectorMoments moments = moments(context, options, leaves);
              out.details(PROFILE).put("values", moments.count());
              List<Row> rows = rows(moments.profile());
              out.writeRows(rows, PROFILE);
              return Words.count(rows.size(), "dimension")
                  + " over "
                  + Words.count(moments.count(), "feature vector")
                  + " of split "
                  + options.trainSplit();
            }));
  }

  /** The dimensions. */
  @Override
  protected Long result(List<Manifest> manifests) {
    return manifests.get(0).rows();
  }

  private static ExactVectorMoments moments(
      StageContext context, Options options, List<Leaf> leaves) {
    Splits.Shape shape = Splits.sameShape(context.workspace(), leaves);
    int crops = shape.crops();
    JavaRDD<byte[]> features =
        SeenSegments.read(context, leaves, options.fixedSegments())
            .select(col("features"))
            .toJavaRDD()
            .map(row -> row.<byte[]>getAs(0));
    return features.treeAggregate(
        new ExactVectorMoments(shape.dim()),
        (moments, bytes) -> {
          moments.add(bytes, crops);
          return moments;
        },
        (left, right) -> {
          left.merge(right);
          return left;
        });
  }

  private static List<Row> rows(FeatureProfile profile) {
    List<Row> rows = new ArrayList<>();
    double[] mean = profile.mean();
    double[] deviation = profile.deviation();
    for (int d = 0; d < mean.length; d++) {
      rows.add(RowFactory.create(d, mean[d], deviation[d]));
    }
    return rows;
  }
}
