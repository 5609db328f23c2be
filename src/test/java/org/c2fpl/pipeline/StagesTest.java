package org.c2fpl.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.c2fpl.stage.Stage;
import org.c2fpl.workspace.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Other lists of the stages, which no code can derive, agree with the list. */
class StagesTest {
  private static final List<String> NAMES = Stages.ALL.stream().map(Stage::name).toList();

  @Test
  void everyStageReadsOnlyWhatStagesBeforeItWrite() {
    Set<Table> there = EnumSet.noneOf(Table.class);
    // Written by stages that other stages run when necessary.
    there.addAll(EnumSet.of(Table.POOLED_SEGMENTS, Table.FEATURE_PROFILE, Table.STATISTIC_MODEL));
    for (Stage<?, ?> stage : Stages.ALL) {
      there.addAll(stage.writes());
      assertThat(there).as(stage.name()).containsAll(stage.reads());
    }
    assertThat(there).containsExactlyInAnyOrder(Table.values());
  }

  @ParameterizedTest
  @ValueSource(strings = {"c2fpl_nightly.py", "c2fpl_weekly.py"})
  void theDagsRunStagesInTheirOrder(String file) throws IOException {
    String dag = Files.readString(Path.of("submit/airflow/dags", file));
    Matcher chain = Pattern.compile("^    (ingest >> .*)$", Pattern.MULTILINE).matcher(dag);
    assertThat(chain.find()).isTrue();
    List<String> stages =
        Arrays.stream(chain.group(1).split(" >> ", -1)).filter(NAMES::contains).toList();
    assertThat(stages).hasSizeGreaterThan(2).isSortedAccordingTo(this::inOrder);
    assertThat(stages).allSatisfy(stage -> assertThat(dag).contains("command=\"" + stage + "\""));
  }

  @Test
  void theLauncherKnowsTheStagesThatComputeLittle() throws IOException {
    String launcher = Files.readString(Path.of("submit/c2fpl"));
    Matcher light = Pattern.compile("^  (annotate \\|.*)\\)$", Pattern.MULTILINE).matcher(launcher);
    assertThat(light.find()).isTrue();
    assertThat(Stream.of(light.group(1).split(" \\| ", -1)).filter(NAMES::contains))
        .containsExactlyInAnyOrder("annotate", "coarse", "fine", "report");
  }

  private int inOrder(String left, String right) {
    return Integer.compare(NAMES.indexOf(left), NAMES.indexOf(right));
  }
}
