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
      IngestOptions train, IngestOptions test, AnnotateStage.Options annotate, Method method) {}

  /** What is computed from the footage: one variant of the method. */
  public record Method(
      StatsStage.Options stats,
      CoarseStage.Options coarse,
      FineStage.Options fine,
      TrainStage.Options training,
      ScoreStage.Options score,
      EvaluateStage.Options evaluate) {}

  private Pipeline() {}

  /** Runs what is left of the pipeline. */
  public static void run(StageContext context, Options options) {
    context.console().started("ingest");
    IngestStage.run(context, options.train());
    if (options.test() != null) {
      IngestStage.run(context, options.test());
    }
    if (options.annotate() != null) {
      context.console().started("annotate");
      AnnotateStage.run(context, options.annotate());
    }
    Method method = options.method();
    context.console().started("stats");
    StatsStage.run(context, method.stats());
    context.console().started("coarse");
    CoarseStage.run(context, method.coarse());
    context.console().started("fine");
    FineStage.run(context, method.fine());
    context.console().started("train");
    TrainStage.run(context, method.training());
    context.console().started("score");
    ScoreStage.run(context, method.score());
    if (options.annotate() != null) {
      context.console().started("evaluate");
      EvaluateStage.run(context, method.evaluate());
    }
    context.console().started("report");
    ReportStage.run(context);
  }
}
