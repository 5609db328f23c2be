package org.c2fpl.cli;

import java.util.List;
import org.c2fpl.pipeline.Pipeline;
import org.c2fpl.score.ScoreStage;
import picocli.CommandLine.Mixin;

/**
 * Options of all stages from the norms to the evaluation; together they define a variant of the
 * method.
 */
final class MethodOptions {
  @Mixin StatsOptions stats;
  @Mixin CoarseOptions coarse;
  @Mixin BetaOption window;
  @Mixin FineOptions fine;
  @Mixin TrainOptions training;
  @Mixin EvaluateOptions evaluate;

  /**
   * The options of the stages; refuses values that no stage accepts.
   *
   * @param trainSplit the split to learn from
   * @param scored the split to score and evaluate
   */
  Pipeline.Method options(String trainSplit, String scored, long seed) {
    return new Pipeline.Method(
        stats.choice().orDefaults(List.of(), trainSplit),
        coarse.options(window.beta, trainSplit),
        fine.options(window.beta, trainSplit),
        training.options(trainSplit, seed),
        new ScoreStage.Options(List.of(scored), null),
        evaluate.options(trainSplit, scored));
  }
}
