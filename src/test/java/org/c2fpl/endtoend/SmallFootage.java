package org.c2fpl.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.c2fpl.demo.SyntheticFootage;
import org.c2fpl.demo.SyntheticFootageWriter;
import org.c2fpl.stage.StageContext;
import org.c2fpl.testing.Fixtures;
import org.c2fpl.workspace.Json;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;

/** Footage that a whole run processes in seconds, and the results of the run. */
public final class SmallFootage {
  private final Path folder;

  private SmallFootage(Path folder) {
    this.folder = folder;
  }

  public static SmallFootage write(Path folder) throws IOException {
    SyntheticFootage footage = new SyntheticFootage(3, new SyntheticFootage.Size(24, 8, 2, 32));
    new SyntheticFootageWriter(footage)
        .write(new org.apache.hadoop.fs.Path(folder.toString()), new Configuration());
    return new SmallFootage(folder);
  }

  /** The footage that was written to a folder. */
  public static SmallFootage in(Path folder) {
    return new SmallFootage(folder);
  }

  /** Arguments of {@code run} on this footage. */
  public String[] run(Path workspace, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "run",
                "--workspace",
                workspace.toString(),
                "--train",
                folder.resolve("train").toString(),
                "--test",
                folder.resolve("test").toString(),
                "--annotations",
                folder.resolve("annotations.csv").toString(),
                "--standardize",
                "--workers",
                "2"));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  /** The rows of every Parquet table, by leaf. */
  public static TreeMap<String, List<String>> rows(Path workspace) {
    StageContext context = Fixtures.context(workspace);
    TreeMap<String, List<String>> rows = new TreeMap<>();
    for (Table table : Table.values()) {
      if (table.schema().isEmpty()) {
        continue;
      }
      for (Leaf leaf : context.workspace().leaves(table)) {
        rows.put(leaf.path(), Fixtures.rows(context, leaf));
      }
    }
    return rows;
  }

  /** The SHA-256 of the parameters of the current model. */
  public static String parameterHash(Path workspace) throws IOException {
    return detector(workspace).path("parameter_hash").asText();
  }

  public static JsonNode detector(Path workspace) throws IOException {
    JsonNode current = Json.MAPPER.readTree(workspace.resolve("model/current.json").toFile());
    return Json.MAPPER.readTree(
        workspace
            .resolve("model/versions")
            .resolve(current.path("version").asText())
            .resolve("detector.json")
            .toFile());
  }

  public static JsonNode metrics(Path workspace) throws IOException {
    return Json.MAPPER.readTree(workspace.resolve("evaluation/metrics.json").toFile());
  }

  /** The outcomes of the workspace's runs, oldest first. */
  public static List<JsonNode> runs(Path workspace) throws IOException {
    try (Stream<Path> files = Files.list(workspace.resolve("_runs"))) {
      List<JsonNode> runs = new ArrayList<>();
      for (Path file : files.filter(file -> file.toString().endsWith(".json")).sorted().toList()) {
        runs.add(Json.MAPPER.readTree(file.toFile()));
      }
      return runs;
    }
  }
}
