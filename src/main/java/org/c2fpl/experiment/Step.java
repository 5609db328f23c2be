package org.c2fpl.experiment;

import java.util.function.BiConsumer;
import java.util.function.Function;
import org.c2fpl.coarse.CoarseStage;
import org.c2fpl.evaluate.EvaluateStage;
import org.c2fpl.fine.FineStage;
import org.c2fpl.pipeline.Pipeline;
import org.c2fpl.score.ScoreStage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stats.StatsStage;
import org.c2fpl.train.TrainStage;
import org.c2fpl.workspace.StoredOptions;

/** The stages of a run, in order; each reads what those before it wrote. */
enum Step {
  STATS("stats", StatsStage.ALGORITHM, Pipeline.Method::stats, StatsStage::run),
  COARSE("coarse", CoarseStage.ALGORITHM, Pipeline.Method::coarse, CoarseStage::run),
  FINE("fine", FineStage.ALGORITHM, Pipeline.Method::fine, FineStage::run),
  TRAIN("train", TrainStage.ALGORITHM, Pipeline.Method::training, TrainStage::run),
  SCORE("score", ScoreStage.ALGORITHM, Pipeline.Method::score, ScoreStage::run),
  EVALUATE("evaluate", EvaluateStage.ALGORITHM, Pipeline.Method::evaluate, EvaluateStage::run);

  private final String text;
  private final int algorithm;

  private final Function<Pipeline.Method, StoredOptions> options;
  private final BiConsumer<StageContext, Pipeline.Method> stage;

  <O extends StoredOptions> Step(
      String text,
      int algorithm,
      Function<Pipeline.Method, O> options,
      BiConsumer<StageContext, O> stage) {
    this.text = text;
    this.algorithm = algorithm;
    this.options = options::apply;
    this.stage = (context, method) -> stage.accept(context, options.apply(method));
  }

  int algorithm() {
    return algorithm;
  }

  StoredOptions options(Pipeline.Method method) {
    return options.apply(method);
  }

  void run(StageContext context, Pipeline.Method method) {
    stage.accept(context, method);
  }

  @Override
  public String toString() {
    return text;
  }
}
