package org.c2fpl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.c2fpl.testing.Said;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FootageCommandTest {
  @TempDir Path folder;

  @Test
  void writesAsManyTrainingVideosAsThereAreLengths() throws IOException {
    Path lengths = Files.writeString(folder.resolve("lengths.csv"), "segments\n3\n11\n1\n");

    assertThat(footage("--lengths", lengths.toString(), "--test-videos", "2").exitCode()).isZero();

    List<String> rows = Files.readAllLines(folder.resolve("f/annotations.csv"));
    assertThat(rows).hasSize(1 + 3 + 2);
    // A header of 128 bytes, then segments × 2 crops × 32 float32.
    assertThat(Files.size(folder.resolve("f/train/train-00001.npy")))
        .isEqualTo(128 + 11 * 2 * 32 * 4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"segments\n", "segments\n3\nmany\n", "segments\n0\n"})
  void lengthsThatAreNoneEndWith65AndTheLine(String content) throws IOException {
    Path lengths = Files.writeString(folder.resolve("lengths.csv"), content);

    Said said = footage("--lengths", lengths.toString());

    assertThat(said.exitCode()).isEqualTo(65);
    assertThat(said.err()).contains("lengths.csv").contains("Write");
    assertThat(folder.resolve("f")).doesNotExist();
  }

  @Test
  void impossibleSizesEndWith64() {
    assertThat(footage("--anomalous-share", "1.5").exitCode()).isEqualTo(64);
    assertThat(footage("--test-videos", "0").exitCode()).isEqualTo(64);
    assertThat(folder.resolve("f")).doesNotExist();
  }

  private Said footage(String... options) {
    List<String> arguments =
        new java.util.ArrayList<>(
            List.of("footage", "--output", folder.resolve("f").toString(), "--dim", "32"));
    arguments.addAll(List.of(options));
    return Said.by(arguments);
  }
}
