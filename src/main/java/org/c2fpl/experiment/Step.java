package org.c2fpl.experiment;

import java.util.Locale;
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
  STATS {
    @Override
    Object options(Pipeline.Method method) {
      return method.stats();
    }

    @Override
    void run(StageContext context, Pipeline.Method method) {
      StatsStage.run(context, method.stats());
    }
  },
  COARSE {
    @Override
    Object options(Pipeline.Method method) {
      return method.coarse();
    }

    @Override
    void run(StageContext context, Pipeline.Method method) {
      CoarseStage.run(context, method.coarse());
    }
  },
  FINE {
    @Override
    Object options(Pipeline.Method method) {
      return method.fine();
    }

    @Override
    void run(StageContext context, Pipeline.Method method) {
      FineStage.run(context, method.fine());
    }
  },
  TRAIN {
    @Override
    Object options(Pipeline.Method method) {
      return method.training();
    }

    @Override
    void run(StageContext context, Pipeline.Method method) {
      TrainStage.run(context, method.training());
    }
  },
  SCORE {
    @Override
    Object options(Pipeline.Method method) {
      return method.score();
    }

    @Override
    void run(StageContext context, Pipeline.Method method) {
      ScoreStage.run(context, method.score());
    }
  },
  EVALUATE {
    @Override
    Object options(Pipeline.Method method) {
      return method.evaluate();
    }

    @Override
    void run(StageContext context, Pipeline.Method method) {
      EvaluateStage.run(context, method.evaluate());
    }
  };

  /** The stage's options: a record, whose text tells all of its values. */
  abstract Object options(Pipeline.Method method);

  abstract void run(StageContext context, Pipeline.Method method);

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
