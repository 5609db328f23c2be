package org.c2fpl.fine;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.storage.StorageLevel;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.UsageException;
import org.c2fpl.method.fine.PValue;
import org.c2fpl.method.fine.SegmentLabels;
import org.c2fpl.method.statistics.NullModel;
import org.c2fpl.segments.RowRuns;
import org.c2fpl.stage.Doubts;
import org.c2fpl.stage.Stage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageEvents;
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
 * {@code segment_norms}, {@code coarse_labels} → {@code null_model} (Eqs. 3, 4), {@code
 * fine_labels} (Eq. 5; Alg. 1, lines 13–22). If {@code stats} computed a statistic, z comes from
 * {@code segment_statistics} instead of the norm.
 *
 * <p>One shuffle by video, of runs of segments, sorted inside the partitions and cached (8 bytes
 * per number of a segment, spilling to disk). A task holds the numbers and labels of one video at a
 * time (under 100 bytes per segment), so memory is bounded by the longest video.
 */
public final class FineStage extends Stage<FineStage.Options, FineStage.Result> {
  private static final String COARSE_FIRST = "Run 'c2fpl coarse' first.";
  private static final String STATS_AGAIN = "Run 'c2fpl stats' again.";
  private static final String ANOMALOUS = "anomalous_segments";
  private static final Leaf COARSE = Leaf.of(Table.COARSE_LABELS);
  private static final Leaf NULL_MODEL = Leaf.of(Table.NULL_MODEL);
  private static final Leaf FINE = Leaf.of(Table.FINE_LABELS);

  public record Options(LabelRule rule, String trainSplit) implements StoredOptions {
    /**
     * The rule of the paper.
     *
     * @param beta the share of an anomalous video's segments that the window covers, in (0, 1)
     */
    public Options(double beta, String trainSplit) {
      this(LabelRule.paper(beta), trainSplit);
    }

    @Override
    public Map<String, Object> stored() {
      Map<String, Object> stored = new TreeMap<>(rule.stored());
      stored.put("split", trainSplit);
      return stored;
    }
  }

  /**
   * @param segments of the training split
   * @param anomalous segments labelled anomalous
   */
  public record Result(long segments, long anomalous) {}

  public FineStage() {
    super(
        "fine",
        1,
        Set.of(Table.SEGMENT_NORMS, Table.SEGMENT_STATISTICS, Table.COARSE_LABELS),
        Set.of(Table.NULL_MODEL, Table.FINE_LABELS));
  }

  @Override
  public boolean draws(Options options) {
    return options.rule().labels() == SegmentLabels.RANDOM;
  }

  @Override
  public List<Unit> units(StageContext context, Options options) {
    Workspace workspace = context.workspace();
    List<Leaf> norms =
        workspace.requireLeaves(
            Table.SEGMENT_NORMS, options.trainSplit(), "Run 'c2fpl stats' first.");
    int components = StatisticColumns.components(workspace, norms);
    check(options.rule(), components);
    Unit unit =
        Unit.writing(FINE, NULL_MODEL)
            .parameters(options.stored())
            .input(COARSE, workspace.require(COARSE, COARSE_FIRST))
            .inputs(workspace, norms, STATS_AGAIN)
            .inputs(workspace, statistics(norms, components), STATS_AGAIN);
    return List.of(unit.made(out -> label(context, options.rule(), norms, components, out)));
  }

  @Override
  protected Result result(List<Manifest> manifests) {
    Manifest labels = manifests.get(0);
    return new Result(labels.rows(), labels.details().path(ANOMALOUS).asLong());
  }

  private static List<Leaf> statistics(List<Leaf> norms, int components) {
    return components == 0
        ? List.of()
        : norms.stream().map(leaf -> leaf.in(Table.SEGMENT_STATISTICS)).toList();
  }

  private static String label(
      StageContext context, LabelRule rule, List<Leaf> norms, int components, StageOutputs out) {
    Workspace workspace = context.workspace();
    if (rule.labels() != SegmentLabels.RANDOM && StatisticColumns.areNorms(workspace, norms)) {
      NormCheck.check(
          context,
          norms,
          "segments",
          out.doubts(FINE),
          Doubts.in(workspace.require(COARSE, COARSE_FIRST).details()));
    }
    StageEvents events = context.events();
    Dataset<Row> segments = segments(context, norms, components);
    events.query(
        "the numbers of segments",
        () -> RowRuns.columns(segments, LabelledRun.numbers(components)));
    events.noQuery(
        "runs of consecutive segments",
        "an RDD over Spark's own rows joins up to 8,192 numbers of a video to one row, so that"
            + " the shuffle moves and sorts some thousand rows instead of all segments");
    Dataset<LabelledRun> videos =
        LabelledRun.byVideo(segments, components, workspace.read(context.spark(), COARSE));
    events.query("whole videos, with their coarse labels", () -> videos);
    events.noQuery(
        NULL_MODEL.toString(),
        "an exact, order-free sum, added up by an RDD over the cached runs: the same bits in any"
            + " order");
    videos.persist(StorageLevel.MEMORY_AND_DISK());
    NullModelFit fit;
    Labelled written;
    try {
      fit = NullModelFit.of(videos, components);
      NullModel model = fit.model();
      out.writeRows(
          List.of(
              RowFactory.create(model.mean(), model.covariance(), fit.segments(), fit.videos())),
          NULL_MODEL);
      written = out.writeLabelled(rule.label(videos, model, components, context.seed()), FINE);
    } finally {
      videos.unpersist(false);
    }
    checkAllLabelled(workspace, norms, written.rows());
    out.details(FINE).put(ANOMALOUS, written.anomalous());
    if (written.anomalous() == 0) {
      events.warned("no segment is pseudo-labelled anomalous: no training is possible");
    }
    out.figure(Figure.ANOMALOUS_SEGMENTS, written.anomalous());
    return Words.count(written.anomalous(), "anomalous segment")
        + " of "
        + Words.count(written.rows(), "segment")
        + String.format(
            Locale.ROOT,
            "; null model N(%.4g, %.4g)",
            fit.model().mean()[0],
            fit.model().covariance()[0]);
  }

  /**
   * The columns {@code video_id, segment_index, norm} and, with a statistic, {@code z, surprise}.
   */
  private static Dataset<Row> segments(StageContext context, List<Leaf> norms, int components) {
    Workspace workspace = context.workspace();
    Dataset<Row> rows = workspace.read(context.spark(), norms);
    return components == 0
        ? rows
        : rows.join(
            workspace.read(context.spark(), statistics(norms, components)),
            new String[] {"video_id", "segment_index"});
  }

  /**
   * Refuses norms without a coarse label, which the join would drop: coarse ran on other footage.
   */
  private static void checkAllLabelled(Workspace workspace, List<Leaf> norms, long labelled) {
    long all =
        norms.stream().mapToLong(leaf -> workspace.manifest(leaf).orElseThrow().rows()).sum();
    if (all != labelled) {
      throw new DataException(
          "Cannot label segments: "
              + labelled
              + " of "
              + all
              + " segments belong to videos with a coarse label. Run 'c2fpl coarse' again.");
    }
  }

  private static void check(LabelRule rule, int components) {
    if (rule.needsSurprise() && components == 0) {
      throw new UsageException(
          "Cannot use --p-value empirical: 'c2fpl stats' computed only norms."
              + " Run it with --statistic norm or another statistic.");
    }
    if (rule.pValue() == PValue.ONE_SIDED && components > 1) {
      throw new UsageException(
          "Cannot use --p-value one-sided: the statistic has "
              + components
              + " components, and a vector has no upper side. Use --p-value empirical, or one"
              + " statistic.");
    }
  }
}
