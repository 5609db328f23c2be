package org.c2fpl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.c2fpl.annotate.AnnotateStage;
import org.c2fpl.coarse.CoarseStage;
import org.c2fpl.demo.SyntheticFootage;
import org.c2fpl.demo.SyntheticFootageWriter;
import org.c2fpl.detector.TrainingPlan;
import org.c2fpl.errors.DataException;
import org.c2fpl.evaluate.EvaluateStage;
import org.c2fpl.fine.FineStage;
import org.c2fpl.formats.annotations.AnnotationFormat;
import org.c2fpl.ingest.FeatureFormat;
import org.c2fpl.ingest.IngestOptions;
import org.c2fpl.ingest.IngestStage;
import org.c2fpl.score.ScoreStage;
import org.c2fpl.stage.StageEvents;
import org.c2fpl.stats.StatsStage;
import org.c2fpl.testing.SharedSpark;
import org.c2fpl.train.ThresholdChoice;
import org.c2fpl.train.TrainStage;
import org.c2fpl.workspace.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class C2fplTest {
  @TempDir Path folder;

  @Test
  void aJobRunsStageByStageAndGetsTheSameResultsFromWhatIsThere() throws Exception {
    Path footage = folder.resolve("footage");
    new SyntheticFootageWriter(new SyntheticFootage(0, new SyntheticFootage.Size(12, 4, 1, 32)))
        .write(new org.apache.hadoop.fs.Path(footage.toUri()), new Configuration());
    List<String> skipped = new ArrayList<>();
    C2fpl c2fpl =
        C2fpl.on(SharedSpark.session(), folder.resolve("w").toString())
            .events(
                new StageEvents() {
                  @Override
                  public void skipped(String stage, String why) {
                    skipped.add(stage);
                  }
                });

    IngestStage.Result train = c2fpl.ingest(files(footage, "train"));
    c2fpl.ingest(files(footage, "test"));
    c2fpl.annotate(
        new AnnotateStage.Options(
            AnnotationFormat.CSV,
            footage.resolve(SyntheticFootageWriter.ANNOTATIONS).toString(),
            null,
            "test",
            AnnotateStage.UnknownVideos.FAIL,
            null));
    List<StatsStage.Result> stats = c2fpl.stats(new StatsStage.Options(List.of(), false, "train"));
    CoarseStage.Result coarse = c2fpl.coarse(new CoarseStage.Options(1.0, "train"));
    FineStage.Result fine = c2fpl.fine(new FineStage.Options(0.2, "train"));
    String model =
        c2fpl.train(
            new TrainStage.Options(
                "train", TrainingPlan.standard(0).withEpochs(1), ThresholdChoice.auto()));
    List<ScoreStage.Result> scored = c2fpl.score(new ScoreStage.Options(List.of("test"), null));
    EvaluateStage.Result evaluated =
        c2fpl.evaluate(new EvaluateStage.Options("test", null, EvaluateStage.MissingScores.FAIL));

    assertThat(train.videos()).isEqualTo(12);
    assertThat(train.rejected()).isZero();
    assertThat(stats).extracting(StatsStage.Result::videos).containsExactlyInAnyOrder(12L, 4L);
    assertThat(coarse.videos()).isEqualTo(12);
    assertThat(coarse.anomalous()).isBetween(1L, 11L);
    assertThat(fine.segments()).isEqualTo(train.segments());
    assertThat(fine.anomalous()).isPositive();
    assertThat(scored).extracting(ScoreStage.Result::model).containsExactly(model);
    assertThat(evaluated.frameAuc()).isBetween(0.0, 1.0);
    assertThat(evaluated.model()).isEqualTo(model);
    assertThat(c2fpl.table(Table.COARSE_LABELS).filter("label = 1").count())
        .isEqualTo(coarse.anomalous());
    assertThat(Files.exists(Path.of(c2fpl.report().toUri()))).isTrue();

    skipped.clear();
    assertThat(c2fpl.coarse(new CoarseStage.Options(1.0, "train"))).isEqualTo(coarse);
    assertThat(c2fpl.fine(new FineStage.Options(0.2, "train"))).isEqualTo(fine);
    assertThat(skipped).containsExactly("coarse", "fine");
  }

  @Test
  void aTableThatIsNotThereIsNamed() {
    C2fpl c2fpl = C2fpl.on(SharedSpark.session(), folder.toString());
    assertThatThrownBy(() -> c2fpl.table(Table.DETECTIONS))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("table detections of workspace")
        .hasMessageContaining("it does not exist yet");
  }

  private static IngestOptions files(Path footage, String split) {
    return IngestOptions.builder(
            FeatureFormat.NPY, split, List.of(footage.resolve(split).toString()))
        .build();
  }
}
