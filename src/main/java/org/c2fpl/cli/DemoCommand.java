package org.c2fpl.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.c2fpl.annotate.AnnotateStage;
import org.c2fpl.coarse.CoarseStage;
import org.c2fpl.demo.SyntheticFootage;
import org.c2fpl.demo.SyntheticFootageWriter;
import org.c2fpl.detector.TrainingPlan;
import org.c2fpl.evaluate.EvaluateStage;
import org.c2fpl.fine.FineStage;
import org.c2fpl.formats.annotations.AnnotationFormat;
import org.c2fpl.ingest.FeatureFormat;
import org.c2fpl.ingest.IngestOptions;
import org.c2fpl.pipeline.Pipeline;
import org.c2fpl.score.ScoreStage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageEvents;
import org.c2fpl.stats.StatsStage;
import org.c2fpl.train.ThresholdChoice;
import org.c2fpl.train.TrainStage;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;
import org.c2fpl.workspace.WriteMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code c2fpl demo}. */
@Command(
    name = "demo",
    header = "Make synthetic footage and run the whole pipeline on it.",
    description = {
      "Several scenes, loud but normal crowds, easy and hard anomalies, videos of many lengths. The"
          + " method is the paper's; labels are used for the evaluation only. A second run skips"
          + " the stages that are done."
    },
    footer = {"", "Example:", "  c2fpl demo --seed 1"})
final class DemoCommand extends WorkspaceCommand {
  private static final String TRAIN = SyntheticFootage.TRAIN;
  private static final String TEST = SyntheticFootage.TEST;

  @Option(
      names = "--epochs",
      defaultValue = "30",
      paramLabel = "N",
      description = "Passes over all segments (default: ${DEFAULT-VALUE}).")
  int epochs;

  @Override
  boolean makesWorkspace() {
    return true;
  }

  @Override
  String defaultWorkspace() {
    return "c2fpl-demo";
  }

  @Override
  WriteMode writeMode() {
    return WriteMode.REFRESH;
  }

  @Override
  void execute(StageContext context) {
    Path footage = writeFootage(context);
    Pipeline.run(context, options(footage));
    tell(context.workspace(), context.events());
    RunSummary.tell(context, TEST);
  }

  /** Makes the footage of this seed unless it exists. */
  private Path writeFootage(StageContext context) {
    Instant start = Instant.now();
    Workspace workspace = context.workspace();
    Path folder = workspace.path("_footage/seed=" + context.seed());
    Configuration hadoop = context.spark().sparkContext().hadoopConfiguration();
    try {
      if (!workspace.fileSystem().exists(new Path(folder, SyntheticFootageWriter.ANNOTATIONS))) {
        SyntheticFootage footage = new SyntheticFootage(context.seed(), SyntheticFootage.Size.DEMO);
        new SyntheticFootageWriter(footage).write(folder, hadoop);
        context
            .events()
            .finished("footage", Duration.between(start, Instant.now()), folder.toString());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return folder;
  }

  private Pipeline.Options options(Path footage) {
    return new Pipeline.Options(
        ingest(TRAIN, footage),
        ingest(TEST, footage),
        new AnnotateStage.Options(
            AnnotationFormat.CSV,
            new Path(footage, SyntheticFootageWriter.ANNOTATIONS).toString(),
            null,
            TEST,
            AnnotateStage.UnknownVideos.FAIL,
            null),
        new Pipeline.Method(
            new StatsStage.Options(List.of(), false, TRAIN),
            new CoarseStage.Options(1.0, TRAIN),
            new FineStage.Options(0.2, TRAIN),
            new TrainStage.Options(
                TRAIN,
                TrainingPlan.standard(common.seed).withEpochs(epochs),
                ThresholdChoice.auto()),
            new ScoreStage.Options(List.of(TEST), null),
            new EvaluateStage.Options(TEST, null, EvaluateStage.MissingScores.FAIL)));
  }

  private static IngestOptions ingest(String split, Path footage) {
    return IngestOptions.builder(
            FeatureFormat.NPY, split, List.of(new Path(footage, split).toString()))
        .build();
  }

  private static void tell(Workspace workspace, StageEvents events) {
    JsonNode metrics =
        workspace.readJson(workspace.file(Leaf.of(Table.EVALUATION), "metrics.json")).orElseThrow();
    events.noted("");
    events.noted(String.format(Locale.ROOT, "%-24s %9s %9s", "", "frame AUC", "frame AP"));
    row(events, "detector", metrics);
    row(events, "plain norm, no detector", metrics.path("yardsticks").path("norm"));
    row(events, "1 - p, no detector", metrics.path("yardsticks").path("one_minus_p"));
  }

  private static void row(StageEvents events, String name, JsonNode metrics) {
    events.noted(
        String.format(
            Locale.ROOT,
            "%-24s %9.3f %9.3f",
            name,
            metrics.path("frame_auc").asDouble(),
            metrics.path("frame_ap").asDouble()));
  }
}
