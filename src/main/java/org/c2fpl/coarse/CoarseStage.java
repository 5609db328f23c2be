package org.c2fpl.coarse;

import static org.apache.spark.sql.functions.col;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.c2fpl.stage.Console;
import org.c2fpl.stage.Doubts;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageListener;
import org.c2fpl.stage.StagePart;
import org.c2fpl.stage.Tables;
import org.c2fpl.stats.NormSpreads;
import org.c2fpl.stats.Statistics;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.LeafTransaction;
import org.c2fpl.workspace.ManifestDraft;
import org.c2fpl.workspace.StoredOptions;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;

/**
 * {@code video_stats} of the training split → {@code coarse_labels} (Alg. 1, lines 6–12); with
 * known labels also from {@code annotations}, with ranks also from {@code segment_statistics}.
 *
 * <p>Memory: as {@link CoarseMethod}'s clustering tells; on the driver the steps of a loop.
 */
public final class CoarseStage {
  public static final String NAME = "coarse";
  public static final int ALGORITHM = 1;
  private static final String STATS_FIRST = "Run 'c2fpl stats' first.";
  private static final Leaf COARSE = Leaf.of(Table.COARSE_LABELS);

  /** A ratio of anomalous to normal videos beyond this multiple of η is an overshoot ... */
  private static final double WIDELY = 2;

  /** ... where so large a share of the videos is labelled anomalous beyond η. */
  private static final double MANY = 0.1;

  private static final Leaf ANNOTATIONS = Leaf.of(Table.ANNOTATIONS);

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

  private final StageContext context;
  private final Workspace workspace;
  private final Options options;
  private final CoarseMethod method;

  private CoarseStage(StageContext context, Options options) {
    this.context = context;
    this.workspace = context.workspace();
    this.options = options;
    this.method = options.method();
  }

  public static void run(StageContext context, Options options) {
    new CoarseStage(context, options).run();
  }

  /** What is computed, labels of annotations aside. */
  public static List<StagePart> plan(StageContext context, Options options) {
    Workspace workspace = context.workspace();
    List<Leaf> leaves =
        workspace.requireLeaves(Table.VIDEO_STATS, options.trainSplit(), STATS_FIRST);
    return List.of(
        StagePart.query(
            "the points of videos, in one partition and in the order of ids",
            Labeller.points(workspace.read(context.spark(), leaves))),
        StagePart.outside(
            "clustering " + options.method().clustering(),
            "MLlib and plain Java, over an RDD of two numbers a video"));
  }

  private void run() {
    Instant start = Instant.now();
    ManifestDraft draft = draft();
    Dataset<Row> stats = read(Table.VIDEO_STATS, STATS_FIRST, draft);
    Dataset<Row> annotations = method.supervision().readsLabels() ? annotations(draft) : null;
    Dataset<Row> surprises =
        method.readsSurprises()
            ? read(
                Table.SEGMENT_STATISTICS,
                "Run 'c2fpl stats --statistic ...' first, with a statistic other than norm.",
                draft)
            : null;
    try (LeafTransaction transaction =
        workspace.begin(draft, context.writeMode(), List.of(COARSE))) {
      if (transaction.upToDate()) {
        context.console().skipped(NAME, COARSE + " is up to date");
        return;
      }
      Doubts doubts = new Doubts(context.console(), transaction.details(COARSE));
      List<Leaf> norms = workspace.leaves(Table.SEGMENT_NORMS, options.trainSplit());
      if (clusters()
          && !norms.isEmpty()
          && (!method.readsSurprises() || Statistics.areNorms(workspace, norms))) {
        NormSpreads.check(context, norms, "videos", doubts, List.of());
      }
      Labelling labelling =
          Labeller.label(
              method, new Labeller.Inputs(stats, annotations, surprises), context.seed());
      Tables.Labelled videos = Tables.writeLabelled(sorted(labelling.rows()), transaction, COARSE);
      labelling.release().run();
      labelling.details().accept(transaction.details(COARSE));
      transaction
          .details(COARSE)
          .put("anomalous_videos", videos.anomalous())
          .put("stopped_early", labelling.stoppedEarly());
      if (clusters() && !method.eta().isAuto()) {
        doubtRatio(doubts, videos);
      }
      transaction.commit();
      tell(labelling, videos, Duration.between(start, Instant.now()));
    }
  }

  /** Whether labels come from the footage. */
  private boolean clusters() {
    return method.supervision() == Supervision.UNSUPERVISED
        || method.supervision() == Supervision.PARTIAL;
  }

  private void doubtRatio(Doubts doubts, Tables.Labelled videos) {
    double eta = method.eta().value();
    long anomalous = videos.anomalous();
    double expected = eta / (1 + eta) * videos.rows();
    if (anomalous > WIDELY * eta * (videos.rows() - anomalous)
        && anomalous - expected > MANY * videos.rows()) {
      doubts.add(
          String.format(
              Locale.ROOT,
              "the last split overshot --eta %s widely: %d of %d videos are labelled anomalous"
                  + " where it wants more than %.1f. If fewer are anomalous, take a smaller --eta"
                  + " or --preset robust",
              eta,
              anomalous,
              videos.rows(),
              expected));
    }
  }

  private ManifestDraft draft() {
    ManifestDraft draft =
        ManifestDraft.of(NAME, ALGORITHM, context.seed()).parameters(options.stored());
    if (method.draws()) {
      draft.parameter("seed", context.seed());
    }
    return draft;
  }

  /** The rows of the training split's leaves, which become inputs. */
  private Dataset<Row> read(Table table, String whatToDo, ManifestDraft draft) {
    List<Leaf> leaves = workspace.requireLeaves(table, options.trainSplit(), whatToDo);
    leaves.forEach(leaf -> draft.input(leaf, workspace.require(leaf, "Run 'c2fpl stats' again.")));
    return workspace.read(context.spark(), leaves);
  }

  private Dataset<Row> annotations(ManifestDraft draft) {
    draft.input(
        ANNOTATIONS,
        workspace.require(
            ANNOTATIONS,
            "Run 'c2fpl annotate' with labels of split " + options.trainSplit() + " first."));
    return workspace
        .read(context.spark(), ANNOTATIONS)
        .filter(col("split").equalTo(options.trainSplit()));
  }

  private static Dataset<Row> sorted(Dataset<Row> rows) {
    return rows.repartition(1).sortWithinPartitions("video_id");
  }

  private void tell(Labelling labelling, Tables.Labelled videos, Duration took) {
    if (labelling.stoppedEarly() != null) {
      context
          .console()
          .warning("clustering stopped before the ratio was reached: " + labelling.stoppedEarly());
    }
    context.listener().add(StageListener.Figure.ANOMALOUS_VIDEOS, videos.anomalous());
    context
        .console()
        .stage(
            NAME,
            took,
            Console.count(videos.anomalous(), "anomalous video")
                + " of "
                + Console.count(videos.rows(), "video")
                + " "
                + labelling.how());
  }
}
