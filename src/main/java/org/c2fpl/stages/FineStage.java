package org.c2fpl.stages;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.storage.StorageLevel;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.UsageException;
import org.c2fpl.method.NullModel;
import org.c2fpl.method.fine.PValue;
import org.c2fpl.method.fine.SegmentLabels;
import org.c2fpl.stages.fine.LabelRule;
import org.c2fpl.stages.fine.LabelledRun;
import org.c2fpl.stages.fine.NullModelFit;
import org.c2fpl.stages.statistics.Statistics;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.LeafTransaction;
import org.c2fpl.workspace.ManifestDraft;
import org.c2fpl.workspace.StoredOptions;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;

/**
 * {@code segment_norms}, {@code coarse_labels} → {@code null_model} (Eqs. 3, 4), {@code
 * fine_labels} (Eq. 5; Alg. 1, lines 13–22). Where {@code stats} computed a statistic, z comes from
 * {@code segment_statistics} in place of the norm.
 *
 * <p>One shuffle by video, of runs of segments, sorted inside the partitions and cached (8 bytes a
 * segment and number, spilling to disk). A task holds the numbers and labels of one video at a time
 * (under 100 bytes a segment), so memory is bounded by the longest video.
 */
public final class FineStage {
  static final String NAME = "fine";
  public static final int ALGORITHM = 1;

  private static final String COARSE_FIRST = "Run 'c2fpl coarse' first.";

  public record Options(LabelRule rule, String trainSplit) implements StoredOptions {
    /**
     * The paper's rule.
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

  private final StageContext context;
  private final Workspace workspace;
  private final Options options;

  private FineStage(StageContext context, Options options) {
    this.context = context;
    this.workspace = context.workspace();
    this.options = options;
  }

  public static void run(StageContext context, Options options) {
    new FineStage(context, options).run();
  }

  /** What is computed; the segments are labelled as by the paper's rule. */
  static List<StagePart> plan(StageContext context, Options options, KeptTables kept) {
    return new FineStage(context, options).parts(kept);
  }

  private List<StagePart> parts(KeptTables kept) {
    List<Leaf> normLeaves = normLeaves();
    Leaf coarse = Leaf.of(Table.COARSE_LABELS);
    workspace.require(coarse, COARSE_FIRST);
    int components = Statistics.components(workspace, normLeaves);
    check(options.rule(), components);
    Dataset<Row> segments = segments(normLeaves, components);
    // Runs come to the next query through an RDD, so its plan is the same over no segments; with
    // segments, a join of statistics would be run to get at the RDD.
    Dataset<LabelledRun> videos =
        LabelledRun.byVideo(segments.limit(0), components, workspace.read(context.spark(), coarse));
    List<StagePart> parts = new ArrayList<>();
    parts.add(
        StagePart.query(
            "the numbers of segments",
            SegmentRuns.columns(segments, LabelledRun.numbers(components))));
    parts.add(
        StagePart.outside(
            "runs of consecutive segments",
            "an RDD over Spark's own rows joins up to 8,192 numbers of a video to one row, so that"
                + " the shuffle moves and sorts some thousand rows in place of all segments"));
    parts.add(StagePart.query("whole videos, with their coarse labels", videos));
    parts.add(
        StagePart.outside(
            "null_model",
            "an exact, order-free sum, added up by an RDD over the cached runs: the same bits in"
                + " any order"));
    // Another rule adds a column or a pass before, and changes nothing else. Nor do the numbers.
    int d = Math.max(1, components);
    double[] identity = new double[d * d];
    for (int i = 0; i < d; i++) {
      identity[i * d + i] = 1;
    }
    parts.add(
        StagePart.query(
            "fine_labels",
            Tables.written(
                LabelRule.paper(options.rule().beta())
                    .label(
                        kept.keep(videos),
                        new NullModel(new double[d], identity),
                        components,
                        context.seed()),
                Table.FINE_LABELS)));
    return parts;
  }

  private List<Leaf> normLeaves() {
    return workspace.requireLeaves(
        Table.SEGMENT_NORMS, options.trainSplit(), "Run 'c2fpl stats' first.");
  }

  private static List<Leaf> statisticLeaves(List<Leaf> normLeaves, int components) {
    return components == 0
        ? List.of()
        : normLeaves.stream().map(leaf -> leaf.in(Table.SEGMENT_STATISTICS)).toList();
  }

  /** {@code video_id, segment_index, norm} and, where there is a statistic, {@code z, surprise}. */
  private Dataset<Row> segments(List<Leaf> normLeaves, int components) {
    Dataset<Row> norms = workspace.read(context.spark(), normLeaves);
    return components == 0
        ? norms
        : norms.join(
            workspace.read(context.spark(), statisticLeaves(normLeaves, components)),
            new String[] {"video_id", "segment_index"});
  }

  private void run() {
    Instant start = Instant.now();
    Leaf coarse = Leaf.of(Table.COARSE_LABELS);
    Leaf nullLeaf = Leaf.of(Table.NULL_MODEL);
    Leaf fine = Leaf.of(Table.FINE_LABELS);
    List<Leaf> normLeaves = normLeaves();
    LabelRule rule = options.rule();
    int components = Statistics.components(workspace, normLeaves);
    check(rule, components);
    ManifestDraft draft =
        ManifestDraft.of(NAME, ALGORITHM, context.seed())
            .parameters(options.stored())
            .input(coarse, workspace.require(coarse, COARSE_FIRST));
    if (rule.labels() == SegmentLabels.RANDOM) {
      draft.parameter("seed", context.seed());
    }
    Stream.concat(normLeaves.stream(), statisticLeaves(normLeaves, components).stream())
        .forEach(leaf -> draft.input(leaf, workspace.require(leaf, "Run 'c2fpl stats' again.")));
    try (LeafTransaction transaction =
        workspace.begin(draft, context.writeMode(), List.of(nullLeaf, fine))) {
      if (transaction.upToDate()) {
        context.console().skipped(NAME, fine + " is up to date");
        return;
      }
      if (rule.labels() != SegmentLabels.RANDOM && Statistics.areNorms(workspace, normLeaves)) {
        NormSpreads.check(
            context,
            normLeaves,
            "segments",
            new Doubts(context.console(), transaction.details(fine)),
            Doubts.in(workspace.require(coarse, COARSE_FIRST).details()));
      }
      Dataset<LabelledRun> videos =
          LabelledRun.byVideo(
                  segments(normLeaves, components),
                  components,
                  workspace.read(context.spark(), coarse))
              .persist(StorageLevel.MEMORY_AND_DISK());
      NullModelFit fit;
      Tables.Labelled written;
      try {
        fit = NullModelFit.of(videos, components);
        writeNullModel(fit, transaction, nullLeaf);
        written =
            Tables.writeLabelled(
                rule.label(videos, fit.model(), components, context.seed()), transaction, fine);
      } finally {
        videos.unpersist(false);
      }
      checkAllLabelled(normLeaves, written.rows());
      transaction.details(fine).put("anomalous_segments", written.anomalous());
      transaction.commit();
      if (written.anomalous() == 0) {
        context
            .console()
            .warning("no segment is pseudo-labelled anomalous: no training is possible");
      }
      context.listener().add(StageListener.Figure.ANOMALOUS_SEGMENTS, written.anomalous());
      context
          .console()
          .stage(
              NAME,
              Duration.between(start, Instant.now()),
              Console.count(written.anomalous(), "anomalous segment")
                  + " of "
                  + Console.count(written.rows(), "segment")
                  + String.format(
                      java.util.Locale.ROOT,
                      "; null model N(%.4g, %.4g)",
                      fit.model().mean()[0],
                      fit.model().covariance()[0]));
    }
  }

  /** Norms without a coarse label would vanish in the join: coarse ran on other footage. */
  private void checkAllLabelled(List<Leaf> normLeaves, long labelled) {
    long norms =
        normLeaves.stream().mapToLong(leaf -> workspace.manifest(leaf).orElseThrow().rows()).sum();
    if (norms != labelled) {
      throw new DataException(
          "Cannot label segments: "
              + labelled
              + " of "
              + norms
              + " segments belong to videos with a coarse label. Run 'c2fpl coarse' again.");
    }
  }

  private static void check(LabelRule rule, int components) {
    if (rule.needsSurprise() && components == 0) {
      throw new UsageException(
          "Cannot use --p-value empirical: 'c2fpl stats' computed norms alone."
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

  private void writeNullModel(NullModelFit fit, LeafTransaction transaction, Leaf nullLeaf) {
    NullModel model = fit.model();
    Tables.writeRow(
        context.spark(),
        RowFactory.create(model.mean(), model.covariance(), fit.segments(), fit.videos()),
        transaction,
        nullLeaf);
  }
}
