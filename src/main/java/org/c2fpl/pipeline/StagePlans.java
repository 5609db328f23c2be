package org.c2fpl.pipeline;

import java.util.ArrayList;
import java.util.List;
import org.c2fpl.coarse.CoarseStage;
import org.c2fpl.errors.DataException;
import org.c2fpl.evaluate.EvaluateStage;
import org.c2fpl.fine.FineStage;
import org.c2fpl.score.ScoreStage;
import org.c2fpl.segments.Splits;
import org.c2fpl.stage.KeptTables;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StagePart;
import org.c2fpl.stats.StatsStage;
import org.c2fpl.train.TrainStage;

/**
 * The queries of the stages on a workspace as it is, made by the code that the stages run, and what
 * the stages do without a query. Nothing is computed, nothing written.
 */
public final class StagePlans {

  /**
   * A stage.
   *
   * @param missing why the parts cannot be told, which has no parts; null where they can
   */
  public record Stage(String name, List<StagePart> parts, String missing) {}

  private interface Plan {
    List<StagePart> parts(KeptTables kept);
  }

  private StagePlans() {}

  /**
   * The stages of a variant of the method, in order. A stage whose inputs are not there names them.
   *
   * @throws DataException if the workspace has no footage
   */
  public static List<Stage> of(StageContext context, Pipeline.Method method) {
    Splits.segments(context.workspace(), List.of());
    List<Stage> stages = new ArrayList<>();
    try (KeptTables kept = new KeptTables()) {
      stages.add(stage(StatsStage.NAME, any -> StatsStage.plan(context, method.stats()), kept));
      stages.add(stage(CoarseStage.NAME, any -> CoarseStage.plan(context, method.coarse()), kept));
      stages.add(stage(FineStage.NAME, all -> FineStage.plan(context, method.fine(), all), kept));
      stages.add(stage(TrainStage.NAME, any -> TrainStage.plan(context, method.training()), kept));
      stages.add(stage(ScoreStage.NAME, any -> ScoreStage.plan(context, method.score()), kept));
      stages.add(
          stage(
              EvaluateStage.NAME,
              all -> EvaluateStage.plan(context, method.evaluate(), all),
              kept));
    }
    return stages;
  }

  private static Stage stage(String name, Plan plan, KeptTables kept) {
    try {
      return new Stage(name, plan.parts(kept), null);
    } catch (DataException e) {
      return new Stage(name, List.of(), e.getMessage());
    }
  }
}
