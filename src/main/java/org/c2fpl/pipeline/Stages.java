package org.c2fpl.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.c2fpl.annotate.AnnotateStage;
import org.c2fpl.coarse.CoarseStage;
import org.c2fpl.evaluate.EvaluateStage;
import org.c2fpl.fine.FineStage;
import org.c2fpl.ingest.IngestStage;
import org.c2fpl.report.ReportStage;
import org.c2fpl.score.ScoreStage;
import org.c2fpl.stage.Stage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageRunner;
import org.c2fpl.stats.StatsStage;
import org.c2fpl.train.TrainStage;
import org.c2fpl.workspace.StoredOptions;

/** The stages in the order of a run; the only place that defines this order. */
public final class Stages {
  /**
   * A stage of the method, whose options are a part of a variant.
   *
   * @param <O> its options
   */
  public record OfMethod<O extends StoredOptions>(
      Stage<O, ?> stage, Function<Pipeline.Method, O> options) {

    /** Runs the stage with the options of the variant. */
    public void run(StageContext context, Pipeline.Method method) {
      StageRunner.run(context, stage, options.apply(method));
    }

    /** Its options as recorded in fingerprints. */
    public StoredOptions stored(Pipeline.Method method) {
      return options.apply(method);
    }

    /** Whether its rows depend on the seed. */
    public boolean draws(Pipeline.Method method) {
      return stage.draws(options.apply(method));
    }
  }

  /** The stages of a variant of the method, from the norms to the evaluation. */
  public static final List<OfMethod<?>> METHOD =
      List.of(
          new OfMethod<>(new StatsStage(), Pipeline.Method::stats),
          new OfMethod<>(new CoarseStage(), Pipeline.Method::coarse),
          new OfMethod<>(new FineStage(), Pipeline.Method::fine),
          new OfMethod<>(new TrainStage(), Pipeline.Method::training),
          new OfMethod<>(new ScoreStage(), Pipeline.Method::score),
          new OfMethod<>(new EvaluateStage(), Pipeline.Method::evaluate));

  /** All stages of a run. */
  public static final List<Stage<?, ?>> ALL = all();

  private Stages() {}

  private static List<Stage<?, ?>> all() {
    List<Stage<?, ?>> all = new ArrayList<>(List.of(new IngestStage(), new AnnotateStage()));
    METHOD.forEach(each -> all.add(each.stage()));
    all.add(new ReportStage());
    return List.copyOf(all);
  }
}
