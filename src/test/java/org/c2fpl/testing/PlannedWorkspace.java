package org.c2fpl.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.c2fpl.coarse.CoarseStage;
import org.c2fpl.detector.TrainingPlan;
import org.c2fpl.evaluate.EvaluateStage;
import org.c2fpl.fine.FineStage;
import org.c2fpl.method.evaluation.TailPolicy;
import org.c2fpl.method.statistics.NormKind;
import org.c2fpl.pipeline.Pipeline;
import org.c2fpl.score.ScoreStage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stats.StatsStage;
import org.c2fpl.train.ThresholdChoice;
import org.c2fpl.train.TrainStage;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;

/** A workspace of two short videos for checking plans, and the paper's method. */
public final class PlannedWorkspace {
  private static final int SEGMENTS = 3;

  private PlannedWorkspace() {}

  /** The paper's method, with its norms or standardised ones. */
  public static Pipeline.Method method(boolean standardize) {
    return new Pipeline.Method(
        new StatsStage.Options(List.of(), standardize, NormKind.L2, List.of(), 0, "train"),
        new CoarseStage.Options(1.0, "train"),
        new FineStage.Options(0.2, "train"),
        new TrainStage.Options("train", TrainingPlan.standard(0), ThresholdChoice.auto()),
        new ScoreStage.Options(List.of("test"), null),
        new EvaluateStage.Options(
            "test", TailPolicy.REPEAT, EvaluateStage.MissingScores.FAIL, "train", 0, 100));
  }

  /** A workspace with only footage: 2 crops × 3 dimensions. */
  public static StageContext ingested(Path folder) {
    StageContext context = Fixtures.context(folder);
    for (String split : List.of("test", "train")) {
      List<Row> segments = new ArrayList<>();
      for (int j = 0; j < SEGMENTS; j++) {
        segments.add(RowFactory.create(split, j, Fixtures.bytes(j, 1, 2, 3, 4, 5)));
      }
      Fixtures.put(
          context,
          Leaf.of(Table.SEGMENTS, split, "0"),
          segments,
          1,
          details -> details.put("crops", 2).put("dim", 3).put("frames_per_segment", 16));
      Fixtures.put(
          context,
          Leaf.of(Table.VIDEOS, split, "0"),
          List.of(RowFactory.create(split, null, 25.0, null, null)));
    }
    return context;
  }
}
