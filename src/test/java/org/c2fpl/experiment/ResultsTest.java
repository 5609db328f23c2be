package org.c2fpl.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.c2fpl.errors.DataException;
import org.junit.jupiter.api.Test;

class ResultsTest {
  private static final Study STUDY =
      StudyFile.parse(
              """
              name: s
              title: A study
              description: About two variants.
              seeds: [0, 1, 2]
              variants:
                - {name: plain, paper: 80.65, paper_on: UCF-Crime}
                - {name: other}
                - {name: absent, paper: 57}
              """,
              "here")
          .study();

  private static final List<Result> RESULTS =
      List.of(
          done("plain", 0, 0.6, 0.75, 10),
          done("plain", 1, 0.7, 0.75, 20),
          done("plain", 2, 0.8, null, 30),
          done("other", 0, 0.5, null, 90),
          new Result(
              "s",
              "other",
              1,
              "{}",
              "detector",
              null,
              null,
              null,
              null,
              null,
              new TreeMap<>(),
              null,
              "failed: Cannot \"train\", alas."));

  @Test
  void csvIsReadBackAsItWas() {
    String csv = ResultsCsv.write(RESULTS);
    assertThat(csv.lines().findFirst().orElseThrow())
        .isEqualTo(
            "study,variant,seed,options,score,coarse_accuracy,fine_precision,fine_recall,frame_auc,"
                + "frame_ap,yardsticks,wall_seconds,status");
    assertThat(ResultsCsv.read(csv, "results.csv")).isEqualTo(RESULTS);
  }

  @Test
  void csvOfOthersIsRefused() {
    assertThatThrownBy(() -> ResultsCsv.read("a,b\n1,2\n", "results.csv"))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Cannot read results results.csv: its first line is not study,");
    String csv = ResultsCsv.write(RESULTS).replace("plain,0,", "plain,zero,");
    assertThatThrownBy(() -> ResultsCsv.read(csv, "results.csv"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("zero");
  }

  @Test
  void theTableHasARowAVariant() {
    assertThat(ResultsMarkdown.page(STUDY, RESULTS))
        .isEqualTo(
            """
            # A study

            About two variants.

            | variant | seeds | frame AUC, % | frame AP, % | coarse accuracy, % | fine precision, % | fine recall, % | the paper's AUC, % | time a run |
            |---|---|---|---|---|---|---|---|---|
            | plain | 3 | 70.00 ± 10.00 | 25.00 ± 0.00 | 75.00 ± 0.00 | – | – | 80.65 (UCF-Crime) | 20.0 s |
            | other | 1 | 50.00 | 25.00 | – | – | – | – | 1 min 30 s |
            | absent | 0 | – | – | – | – | – | 57.0 | – |

            Without training, frame AUC in %: knn –, norm 71.20 ± 0.00 (plain).

            Without training, frame AUC in %: knn –, norm 71.20 (other).

            `other`, seed 1: failed: Cannot "train", alas.
            """);
  }

  @Test
  void theDeviationIsThatOfASample() {
    Sample sample = Sample.of(List.of(1.0, 2.0, 4.0, 5.0));
    assertThat(sample.mean()).isEqualTo(3);
    assertThat(sample.deviation()).isEqualTo(Math.sqrt(10.0 / 3));
  }

  @Test
  void runsAtATimeFollowFromSlotsAndHeap() {
    assertThat(Experiment.parallel(8, 6_500_000_000L)).isEqualTo(4);
    assertThat(Experiment.parallel(2, 64_000_000_000L)).isEqualTo(2);
    assertThat(Experiment.parallel(4, 500_000_000L)).isEqualTo(1);
  }

  private static Result done(String variant, long seed, double auc, Double coarse, double seconds) {
    TreeMap<String, Double> yardsticks = new TreeMap<>(Map.of("norm", 0.712));
    yardsticks.put("knn", null);
    return new Result(
        "s",
        variant,
        seed,
        "{\"eta\":\"1\",\"p\":\"a,b\"}",
        "detector",
        coarse,
        null,
        null,
        auc,
        0.25,
        yardsticks,
        seconds,
        Result.DONE);
  }
}
