package org.c2fpl.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.c2fpl.endtoend.SmallFootage;
import org.c2fpl.testing.Launcher;
import org.c2fpl.testing.Said;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Damaged files of the workspace: exit code 65, a message that names the file and what to do, and
 * no other change.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DamagedFilesIT {
  private static final String VERIFY_PAGES = "spark.hadoop.parquet.page.verify-checksum.enabled";

  /**
   * @param file a file, or a folder with a Parquet file
   * @param keepChecksum whether the checksum of Hadoop's local file system is kept; it is missing
   *     if only visible files were copied
   */
  record Case(
      String what,
      String file,
      boolean keepChecksum,
      Damage damage,
      List<String> command,
      String message) {
    @Override
    public String toString() {
      return file + ": " + what;
    }
  }

  /** Changes the bytes of a file. */
  interface Damage {
    byte[] of(byte[] content);
  }

  @TempDir static Path folder;
  private static Reference reference;
  private static Path workspace;

  @BeforeAll
  static void copy() throws Exception {
    reference = Reference.get();
    workspace = reference.copyTo(folder.resolve("w"));
  }

  static Stream<Case> cases() {
    Damage truncated = bytes -> Arrays.copyOf(bytes, bytes.length / 2);
    Damage flipped = bytes -> flipped(bytes, bytes.length / 3);
    Damage empty = bytes -> new byte[0];
    Damage torn = bytes -> Arrays.copyOf(bytes, 100);
    String segments = "segments/split=train/batch=0";
    String videoStats = "video_stats/split=train/batch=0";
    List<String> stats = List.of("stats", "--split", "train");
    List<String> train = List.of("train", "--epochs", "1");
    return Stream.of(
        new Case("truncated", segments, true, truncated, stats, "bytes, not "),
        new Case("truncated, no sum", segments, false, truncated, stats, "bytes, not "),
        new Case("a byte flipped", segments, true, flipped, stats, "it is damaged"),
        new Case("a byte flipped, no sum", segments, false, flipped, stats, "it is damaged"),
        new Case("truncated", videoStats, true, truncated, List.of("coarse"), "bytes, not "),
        new Case("empty", videoStats, false, empty, List.of("coarse"), "it has 0 bytes"),
        new Case(
            "a byte flipped",
            "segment_norms/split=train/batch=0",
            true,
            flipped,
            List.of("fine"),
            "it is damaged"),
        new Case("truncated", "fine_labels", true, truncated, train, "bytes, not "),
        new Case(
            "truncated, no sum",
            "segment_scores/split=test/batch=0",
            false,
            truncated,
            List.of("evaluate"),
            "bytes, not "),
        new Case(
            "torn",
            "coarse_labels/_manifest.json",
            false,
            torn,
            List.of("fine"),
            "Delete its folder"),
        new Case(
            "a byte flipped",
            segments + "/_manifest.json",
            true,
            flipped,
            stats,
            "Delete its folder"),
        new Case(
            "another threshold",
            "detector.json",
            true,
            bytes ->
                new String(bytes, StandardCharsets.UTF_8)
                    .replaceFirst("\"threshold\" : [0-9.E-]+", "\"threshold\" : 0.123")
                    .getBytes(StandardCharsets.UTF_8),
            List.of("score"),
            "it was changed. Train again"),
        new Case("torn", "detector.json", true, torn, List.of("score"), "Train again"),
        new Case(
            "a byte flipped",
            "coefficients",
            true,
            flipped,
            List.of("score"),
            "its SHA-256 is not that in detector.json. Train again"),
        new Case(
            "torn",
            "model/current.json",
            true,
            bytes -> Arrays.copyOf(bytes, 9),
            List.of("score"),
            "Train again"),
        new Case(
            "torn",
            "evaluation/metrics.json",
            false,
            torn,
            List.of("report"),
            "make evaluation again"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  @Order(1)
  void isRefusedByNameAndNothingElseChanges(Case damaged) throws IOException {
    Path file = file(damaged.file());
    Path sum = file.resolveSibling("." + file.getFileName() + ".crc");
    byte[] before = Files.readAllBytes(file);
    byte[] sumBefore = Files.exists(sum) ? Files.readAllBytes(sum) : null;
    byte[] after = damaged.damage().of(before);
    assertThat(after).isNotEqualTo(before);
    Files.write(file, after);
    if (!damaged.keepChecksum()) {
      Files.deleteIfExists(sum);
    }
    TreeMap<String, String> tables = tables();
    List<String> arguments = new ArrayList<>(damaged.command());
    arguments.addAll(List.of("--workspace", workspace.toString(), "--write-mode", "overwrite"));
    if (!damaged.keepChecksum()) {
      System.setProperty(VERIFY_PAGES, "true");
    }
    try {
      // In this process, not in a separate one, to save a start of Spark for each.
      Said said = Said.by(arguments);
      Faults.assertRefused(
          new Launcher.Ended(said.exitCode(), said.err()), file.toString(), damaged.message());
      assertThat(tables()).isEqualTo(tables);
      assertThat(SmallFootage.runs(workspace))
          .as("records, of failures in Spark's tasks, too")
          .filteredOn(run -> run.path("command").asText().equals(damaged.command().get(0)))
          .last()
          .extracting(run -> run.path("exit_code").asInt())
          .isEqualTo(65);
    } finally {
      System.clearProperty(VERIFY_PAGES);
      Files.write(file, before);
      if (sumBefore != null) {
        Files.write(sum, sumBefore);
      }
    }
  }

  /** The advice of the messages helps, tested in separate processes. */
  @Test
  @Order(2)
  void theAdviceHelps() throws Exception {
    String[] run = reference.footage().run(workspace, Reference.EPOCHS);
    Launcher launcher = Faults.launcher(folder);
    Path stats = file("video_stats/split=train/batch=0");
    Files.write(stats, Arrays.copyOf(Files.readAllBytes(stats), 64));
    Faults.assertRefused(
        launcher.run("coarse", "--workspace", workspace.toString(), "--write-mode", "overwrite"),
        stats.toString());
    assertThat(stats).exists();
    Reference.delete(stats.getParent());
    Path manifest = workspace.resolve("annotations/_manifest.json");
    Files.write(manifest, new byte[] {'{'});
    Faults.assertRefused(launcher.run(run), manifest.toString());
    Reference.delete(manifest.getParent());
    Path coefficients = file("coefficients");
    Files.write(coefficients, flipped(Files.readAllBytes(coefficients), 1000));
    Faults.assertRefused(launcher.run(run), coefficients.toString());
    List<String> train =
        new ArrayList<>(List.of("train", "--workspace", workspace.toString(), "--workers", "2"));
    train.addAll(List.of(Reference.EPOCHS));
    train.addAll(List.of("--write-mode", "overwrite"));
    Launcher.Ended trained = launcher.run(train.toArray(String[]::new));
    assertThat(trained.exitCode()).as(trained.output()).isZero();

    Launcher.Ended ended = launcher.run(run);
    assertThat(ended.exitCode()).as(ended.output()).isZero();
    reference.assertSame(workspace);
  }

  private static byte[] flipped(byte[] bytes, int at) {
    byte[] flipped = bytes.clone();
    flipped[at] ^= 4;
    return flipped;
  }

  private static Path file(String name) throws IOException {
    Path path = workspace.resolve(name);
    if (Files.isRegularFile(path)) {
      return path;
    }
    Path in = Files.isDirectory(path) ? path : workspace.resolve("model/versions");
    try (Stream<Path> files = Files.walk(in)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .filter(
              file ->
                  Files.isDirectory(path)
                      ? file.toString().endsWith(".parquet")
                      : file.endsWith(name))
          .sorted()
          .findFirst()
          .orElseThrow();
    }
  }

  /** Every file of the workspace but the records of runs, with its length and time of change. */
  private static TreeMap<String, String> tables() throws IOException {
    TreeMap<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(workspace)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        if (!file.toString().contains("/_runs/")) {
          files.put(
              workspace.relativize(file).toString(),
              Files.size(file) + " " + Files.getLastModifiedTime(file));
        }
      }
    }
    return files;
  }
}
