package org.c2fpl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.c2fpl.experiment.Experiment;
import org.c2fpl.experiment.StudyFile;
import org.c2fpl.testing.Fixtures;
import org.c2fpl.testing.GoldenWorkspace;
import org.c2fpl.workspace.WriteMode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The results of a study that an earlier version made. */
class GoldenStudyTest {
  @TempDir Path folder;

  @BeforeEach
  void copy() throws IOException {
    GoldenWorkspace.copy("format-1", folder);
  }

  @Test
  void whatIsNotWantedIsKeptAndWhatIsMadeAgainNamedOnce() throws IOException {
    StudyFile study =
        StudyFile.parse(Files.readString(folder.resolve("experiment/golden/study.yaml")), "study");
    List<String> before = results();
    ByteArrayOutputStream printed = new ByteArrayOutputStream();

    new Experiment(Fixtures.context(folder, WriteMode.REFRESH, printed), study, 1)
        .run(ExperimentCommand.runs(study, List.of("η = 0.5"), List.of()));

    assertThat(results()).hasSize(3).endsWith(before.get(2));
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .containsOnlyOnce(
            "again     what runs need: 2 results of stages are from an earlier version of this"
                + " program, which recorded options differently (folders of file:"
                + folder
                + "/experiment/stages with 12 digits at the end, which may be deleted)");
  }

  private List<String> results() throws IOException {
    return Files.readAllLines(folder.resolve("experiment/golden/results.csv"));
  }
}
