package org.c2fpl.coarse;

import static org.apache.spark.sql.functions.col;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.c2fpl.stage.Doubts;
import org.c2fpl.stage.Stage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageEvents.Figure;
import org.c2fpl.stage.StageOutputs;
import org.c2fpl.stage.StageOutputs.Labelled;
import org.c2fpl.stage.Unit;
import org.c2fpl.stage.Words;
import org.c2fpl.stats.NormCheck;
import org.c2fpl.stats.StatisticColumns;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.StoredOptions;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;

/**
 * {@code video_stats} of the training split → {@code coarse_labels} (Alg. 1, lines 6–12); known
 * labels come from {@code annotations}, ranks from {@code segment_statistics}.
 *
 * <p>Memory: that of {@link CoarseMethod}'s clustering; on the driver the steps of a loop.
 */
public final class CoarseStage extends Stage<CoarseStage.Options, CoarseStage.Result> {
  private static final String STATS_FIRST = "Run 'c2fpl stats' first.";
  private static final Leaf COARSE = Leaf.of(Table.COARSE_LABELS);
  private static final Leaf ANNOTATIONS = Leaf.of(Table.ANNOTATIONS);
  private static final String ANOMALOUS = "anomalous_videos";

  /** A ratio of anomalous to normal videos beyond this multiple of η is an overshoot ... */
  private static final double WIDELY = 2;

  /** ... where so large a share of the videos is labelled anomalous beyond η. */
  private static final double MANY = 0.1;

  public record Options(CoarseMethod method, String trainSplit) implements StoredOptions {
    /**
     * The paper's method.
     *
     * @param eta η: stop when anomalous / normal videos exceed it
     */
    public Options(double eta, String trainSplit) {
      this(CoarseMethod.paper(eta), trainSplit);
    }

    @Override
    public Map<String, Object> stored() {
      Map<String, Object> stored = new TreeMap<>(method.stored());
      stored.put("split", trainSplit);
      return stored;
    }
  }

  /**
   * @param videos of the training split
   * @param anomalous videos labelled anomalous
   */
  public record Result(long videos, long anomalous) {}

  public CoarseStage() {
    super(
        "coarse",
        1,
        Set.of(Table.VIDEO_STATS, Table.SEGMENT_NORMS, Table.SEGMENT_STATISTICS, Table.ANNOTATIONS),
        Set.of(Table.COARSE_LABELS));
  }

  @Override
  public boolean draws(Options options) {
    return options.method().draws();
  }

  @Override
  public List<Unit> units(StageContext context, Options options) {
    CoarseMethod method = options.method();
    Unit unit = Unit.writing(COARSE).parameters(options.stored());
    Supplier<Dataset<Row>> stats = rows(context, options, Table.VIDEO_STATS, STATS_FIRST, unit);
    Supplier<Dataset<Row>> annotations =
        method.supervision().readsLabels() ? annotations(context, options, unit) : () -> null;
    Supplier<Dataset<Row>> surprises =
        method.readsSurprises()
            ? rows(
                context,
                options,
                Table.SEGMENT_STATISTICS,
                "Run 'c2fpl stats --statistic ...' first, with a statistic other than norm.",
                unit)
            : () -> null;
    return List.of(
        unit.made(
            out ->
                label(
                    context,
                    options,
                    new Labeller.Inputs(stats.get(), annotations.get(), surprises.get()),
                    out)));
  }

  @Override
  protected Result result(List<Manifest> manifests) {
    Manifest labels = manifests.get(0);
    return new Result(labels.rows(), labels.details().path(ANOMALOUS).asLong());
  }

  private static String label(
      StageContext context, Options options, Labeller.Inputs inputs, StageOutputs out) {
    CoarseMethod method = options.method();
    Workspace workspace = context.workspace();
    Doubts doubts = out.doubts(COARSE);
    List<Leaf> norms = workspace.leaves(Table.SEGMENT_NORMS, options.trainSplit());
    if (clusters(method)
        && !norms.isEmpty()
        && (!method.readsSurprises() || StatisticColumns.areNorms(workspace, norms))) {
      NormCheck.check(context, norms, "videos", doubts, List.of());
    }
    context
        .events()
        .query(
            "the points of videos, in one partition and in the order of ids",
            () -> Labeller.points(inputs.videoStats()));
    context
        .events()
        .noQuery(
            "clustering " + method.clustering(),
            "MLlib and plain Java, over an RDD of two numbers per video");
    Labelling labelling = Labeller.label(method, inputs, context.seed());
    Labelled videos = out.writeLabelled(sorted(labelling.rows()), COARSE);
    labelling.release().run();
    labelling.details().accept(out.details(COARSE));
    out.details(COARSE)
        .put(ANOMALOUS, videos.anomalous())
        .put("stopped_early", labelling.stoppedEarly());
    if (clusters(method) && !method.eta().isAuto()) {
      doubtRatio(method.eta().value(), doubts, videos);
    }
    if (labelling.stoppedEarly() != null) {
      context
          .events()
          .warned("clustering stopped before the ratio was reached: " + labelling.stoppedEarly());
    }
    out.figure(Figure.ANOMALOUS_VIDEOS, videos.anomalous());
    return Words.count(videos.anomalous(), "anomalous video")
        + " of "
        + Words.count(videos.rows(), "video")
        + " "
        + labelling.how();
  }

  /** Whether labels come from the footage. */
  private static boolean clusters(CoarseMethod method) {
    return method.supervision() == Supervision.UNSUPERVISED
        || method.supervision() == Supervision.PARTIAL;
  }

  private static void doubtRatio(double eta, Doubts doubts, Labelled videos) {
    long anomalous = videos.anomalous();
    double expected = eta / (1 + eta) * videos.rows();
    if (anomalous > WIDELY * eta * (videos.rows() - anomalous)
        && anomalous - expected > MANY * videos.rows()) {
      doubts.add(
          String.format(
              Locale.ROOT,
              "the last split overshot --eta %s widely: %d of %d videos are labelled anomalous"
                  + " where η asks for more than %.1f. If fewer are anomalous, use a smaller --eta"
                  + " or --preset robust",
              eta,
              anomalous,
              videos.rows(),
              expected));
    }
  }

  /** The rows of the training split's leaves, which are recorded as inputs. */
  private static Supplier<Dataset<Row>> rows(
      StageContext context, Options options, Table table, String whatToDo, Unit unit) {
    Workspace workspace = context.workspace();
    List<Leaf> leaves = workspace.requireLeaves(table, options.trainSplit(), whatToDo);
    unit.inputs(workspace, leaves, "Run 'c2fpl stats' again.");
    return () -> workspace.read(context.spark(), leaves);
  }

  private static Supplier<Dataset<Row>> annotations(
      StageContext context, Options options, Unit unit) {
    Workspace workspace = context.workspace();
    unit.input(
        ANNOTATIONS,
        workspace.require(
            ANNOTATIONS,
            "Run 'c2fpl annotate' with labels of split " + options.trainSplit() + " first."));
    return () ->
        workspace
            .read(context.spark(), ANNOTATIONS)
            .filter(col("split").equalTo(options.trainSplit()));
  }

  private static Dataset<Row> sorted(Dataset<Row> rows) {
    return rows.repartition(1).sortWithinPartitions("video_id");
  }
}
