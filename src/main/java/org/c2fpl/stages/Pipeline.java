package org.c2fpl.stages;

import org.c2fpl.stages.ingest.IngestOptions;

/**
 * All stages in order. Each decides from its fingerprints whether it has anything to do, so a
 * second run, or one after a crash, does only what is left.
 */
public final class Pipeline {

  /**
   * @param test footage to score; null to score the training footage itself
   * @param annotate ground truth; null for none, and then nothing is evaluated
   */
  public record Options(
      IngestOptions train,
      IngestOptions test,
      AnnotateStage.Options annotate,
      StatsStage.Options stats,
      CoarseStage.Options coarse,
      FineStage.Options fine,
      TrainStage.Options training,
      ScoreStage.Options score,
      EvaluateStage.Options evaluate) {}

  private Pipeline() {}

  /** Runs what is left of the pipeline. */
  public static void run(StageContext context, Options options) {
    IngestStage.run(context, options.train());
    if (options.test() != null) {
      IngestStage.run(context, options.test());
    }
    if (options.annotate() != null) {
      AnnotateStage.run(context, options.annotate());
    }
    StatsStage.run(context, options.stats());
    CoarseStage.run(context, options.coarse());
    FineStage.run(context, options.fine());
    TrainStage.run(context, options.training());
    ScoreStage.run(context, options.score());
    if (options.annotate() != null) {
      EvaluateStage.run(context, options.evaluate());
    }
    ReportStage.run(context);
  }
}
