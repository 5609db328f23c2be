package org.c2fpl.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.c2fpl.workspace.Fingerprints;
import org.c2fpl.workspace.Json;

/** The conditions on a workspace's files at any moment, after any kill. */
final class Soundness {
  private static final int MAGIC = 8;

  private Soundness() {}

  /**
   * Every folder of a table has its manifest and the rows stated in it; the current model is
   * complete.
   */
  static void assertSound(Path workspace) throws IOException {
    if (!Files.exists(workspace)) {
      return;
    }
    try (Stream<Path> all = Files.walk(workspace)) {
      for (Path folder : all.filter(Files::isDirectory).toList()) {
        if (isTable(workspace.relativize(folder)) && !files(folder).isEmpty()) {
          assertWhole(folder);
        }
      }
    }
    Path current = workspace.resolve("model/current.json");
    if (Files.exists(current)) {
      assertModel(
          workspace
              .resolve("model/versions")
              .resolve(Json.MAPPER.readTree(current.toFile()).path("version").asText()));
    }
  }

  /** No staging, no checkpoint, no lock, no half of a file. */
  static void assertNothingLeft(Path workspace) throws IOException {
    assertThat(workspace.resolve("_staging")).doesNotExist();
    assertThat(workspace.resolve("_lock.json")).doesNotExist();
    assertThat(workspace.resolve("model/_checkpoints")).doesNotExist();
    try (Stream<Path> all = Files.walk(workspace)) {
      assertThat(all.map(Path::toString).filter(name -> name.endsWith(".tmp"))).isEmpty();
    }
  }

  /** Not a folder of the model, and no part of the path is hidden from readers. */
  private static boolean isTable(Path relative) {
    for (Path part : relative) {
      if (part.toString().startsWith("_")) {
        return false;
      }
    }
    return !relative.toString().isEmpty() && !relative.startsWith("model");
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private static void assertWhole(Path folder) throws IOException {
    Path file = folder.resolve("_manifest.json");
    assertThat(file).exists();
    JsonNode manifest = Json.MAPPER.readTree(file.toFile());
    long rows = 0;
    boolean parquet = false;
    Map<String, Long> lengths = new TreeMap<>();
    for (Path each : files(folder)) {
      String name = each.getFileName().toString();
      if (!name.startsWith("_") && !name.startsWith(".")) {
        lengths.put(name, Files.size(each));
      }
      if (name.endsWith(".parquet")) {
        parquet = true;
        rows += rows(each);
      }
    }
    assertThat(manifest.path("files"))
        .as(folder.toString())
        .isEqualTo(Json.MAPPER.readTree(Json.MAPPER.writeValueAsString(lengths)));
    if (parquet) {
      assertThat(rows).as(folder.toString()).isEqualTo(manifest.path("rows").asLong());
    }
  }

  private static long rows(Path file) throws IOException {
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            HadoopInputFile.fromPath(
                new org.apache.hadoop.fs.Path(file.toUri()), new Configuration()))) {
      return reader.getRecordCount();
    }
  }

  private static void assertModel(Path version) throws IOException {
    byte[] coefficients = Files.readAllBytes(version.resolve("coefficients"));
    assertThat(Fingerprints.sha256(Arrays.copyOfRange(coefficients, MAGIC, coefficients.length)))
        .isEqualTo(
            Json.MAPPER
                .readTree(version.resolve("detector.json").toFile())
                .path("parameter_hash")
                .asText());
    assertThat(version.resolve("_manifest.json")).exists();
  }
}
