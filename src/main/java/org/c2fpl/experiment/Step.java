package org.c2fpl.experiment;

import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.c2fpl.stages.CoarseStage;
import org.c2fpl.stages.EvaluateStage;
import org.c2fpl.stages.FineStage;
import org.c2fpl.stages.Pipeline;
import org.c2fpl.stages.ScoreStage;
import org.c2fpl.stages.StageContext;
import org.c2fpl.stages.StatsStage;
import org.c2fpl.stages.TrainStage;

/** The stages of a run, in order; each reads what those before it wrote. */
enum Step {
  STATS(Pipeline.Method::stats, StatsStage::run),
  COARSE(Pipeline.Method::coarse, CoarseStage::run),
  FINE(Pipeline.Method::fine, FineStage::run),
  TRAIN(Pipeline.Method::training, TrainStage::run),
  SCORE(Pipeline.Method::score, ScoreStage::run),
  EVALUATE(Pipeline.Method::evaluate, EvaluateStage::run);

  private final Function<Pipeline.Method, Object> options;
  private final BiConsumer<StageContext, Pipeline.Method> stage;

  <O> Step(Function<Pipeline.Method, O> options, BiConsumer<StageContext, O> stage) {
    this.options = options::apply;
    this.stage = (context, method) -> stage.accept(context, options.apply(method));
  }

  /** The stage's options: a record, whose text tells all of its values. */
  Object options(Pipeline.Method method) {
    return options.apply(method);
  }

  void run(StageContext context, Pipeline.Method method) {
    stage.accept(context, method);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
