package org.c2fpl.pipeline;

import java.util.ArrayList;
import java.util.List;
import org.c2fpl.annotate.AnnotateStage;
import org.c2fpl.coarse.CoarseStage;
import org.c2fpl.errors.DataException;
import org.c2fpl.evaluate.EvaluateStage;
import org.c2fpl.fine.FineStage;
import org.c2fpl.formats.annotations.IngestedVideo;
import org.c2fpl.ingest.IngestBatch;
import org.c2fpl.ingest.IngestOptions;
import org.c2fpl.ingest.IngestStage;
import org.c2fpl.report.ReportStage;
import org.c2fpl.score.ScoreStage;
import org.c2fpl.stage.Stage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageRunner;
import org.c2fpl.stats.StatsStage;
import org.c2fpl.train.TrainStage;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;

/**
 * Runs all stages in order. Each decides by fingerprints whether it has anything to do, so a second
 * run, or one after a crash, makes only the missing tables.
 */
public final class Pipeline {

  /**
   * @param test footage to score; null to score the training footage itself
   * @param annotate ground truth; null for none, and then nothing is evaluated
   */
  public record Options(
      IngestOptions train, IngestOptions test, AnnotateStage.Options annotate, Method method) {}

  /** The stages computed from the footage: one variant of the method. */
  public record Method(
      StatsStage.Options stats,
      CoarseStage.Options coarse,
      FineStage.Options fine,
      TrainStage.Options training,
      ScoreStage.Options score,
      EvaluateStage.Options evaluate) {

    /** These stages with a training of one epoch. */
    Method rehearsed() {
      return new Method(stats, coarse, fine, training.ofOneEpoch(), score, evaluate);
    }
  }

  private Pipeline() {}

  /** Runs the stages that are not up to date. */
  public static void run(StageContext context, Options options) {
    context.events().started("ingest");
    for (IngestBatch batch : examined(context, options)) {
      StageRunner.run(context, new IngestStage(), batch);
    }
    if (options.annotate() != null) {
      start(context, new AnnotateStage(), options.annotate());
    }
    for (Stages.OfMethod<?> each : Stages.METHOD) {
      if (options.annotate() != null || !(each.stage() instanceof EvaluateStage)) {
        context.events().started(each.stage().name());
        each.run(context, options.method());
      }
    }
    start(context, new ReportStage(), 0);
  }

  private static <O> void start(StageContext context, Stage<O, ?> stage, O options) {
    context.events().started(stage.name());
    StageRunner.run(context, stage, options);
  }

  /**
   * Checks all inputs before any is ingested: headers and shapes of both splits, the files about
   * videos, and ground truth against the videos to ingest. Headers are kept for the stages, so this
   * only reads the annotations once more.
   */
  private static List<IngestBatch> examined(StageContext context, Options options) {
    IngestBatch train = examined(context, options.train());
    IngestBatch test = options.test() == null ? null : examined(context, options.test());
    if (test != null && !test.shape().equals(train.shape())) {
      throw new DataException(
          "Cannot run on "
              + String.join(" ", options.test().inputs())
              + ": its segments are "
              + test.shape()
              + ", those of "
              + String.join(" ", options.train().inputs())
              + " are "
              + train.shape()
              + ". Extract training and test footage with the same model and crops.");
    }
    List<IngestBatch> batches = test == null ? List.of(train) : List.of(train, test);
    if (options.annotate() != null) {
      AnnotateStage.check(
          context,
          options.annotate(),
          allVideos(context, batches),
          train.shape().framesPerSegment());
    }
    return batches;
  }

  private static IngestBatch examined(StageContext context, IngestOptions options) {
    IngestBatch batch = new IngestBatch(context, options);
    batch.examine();
    return batch;
  }

  /** All videos that the workspace will have; null if it already has others. */
  private static List<IngestedVideo> allVideos(StageContext context, List<IngestBatch> batches) {
    List<IngestedVideo> videos = new ArrayList<>();
    for (IngestBatch batch : batches) {
      if (batch.toIngest().isEmpty()) {
        return null;
      }
      videos.addAll(batch.toIngest().get());
    }
    List<Leaf> written = batches.stream().map(IngestBatch::segments).toList();
    return written.containsAll(context.workspace().leaves(Table.SEGMENTS)) ? videos : null;
  }
}
