package org.c2fpl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FootageCommandTest {
  @TempDir Path folder;

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final PrintStream standardErr = System.err;

  @BeforeEach
  void capture() {
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void release() {
    System.setErr(standardErr);
  }

  @Test
  void writesAsManyTrainingVideosAsThereAreLengths() throws IOException {
    Path lengths = Files.writeString(folder.resolve("lengths.csv"), "segments\n3\n11\n1\n");

    assertThat(footage("--lengths", lengths.toString(), "--test-videos", "2")).isZero();

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

    assertThat(footage("--lengths", lengths.toString())).isEqualTo(65);

    assertThat(err.toString(StandardCharsets.UTF_8)).contains("lengths.csv").contains("Write");
    assertThat(folder.resolve("f")).doesNotExist();
  }

  @Test
  void impossibleSizesEndWith64() {
    assertThat(footage("--anomalous-share", "1.5")).isEqualTo(64);
    assertThat(footage("--test-videos", "0")).isEqualTo(64);
    assertThat(folder.resolve("f")).doesNotExist();
  }

  private int footage(String... options) {
    List<String> arguments =
        new java.util.ArrayList<>(
            List.of("footage", "--output", folder.resolve("f").toString(), "--dim", "32"));
    arguments.addAll(List.of(options));
    return CommandLines.execute(arguments.toArray(String[]::new));
  }
}
