package org.c2fpl.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.c2fpl.testing.PlannedWorkspace;
import org.c2fpl.workspace.Json;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The output of processes to a terminal, to a pipe, and as JSON. */
class TerminalIT {
  private static final String C2FPL = Path.of("submit", "c2fpl").toAbsolutePath().toString();
  private static final String ESCAPE = "\u001b";

  /** How a process ended. */
  private record Ended(int exitCode, String out, String err) {
    List<JsonNode> json() throws IOException {
      List<JsonNode> lines = new ArrayList<>();
      for (String line : out.lines().toList()) {
        lines.add(Json.MAPPER.readTree(line));
      }
      return lines;
    }
  }

  @TempDir Path folder;
  private Path workspace;

  @BeforeEach
  void ingested() {
    workspace = folder.resolve("w");
    PlannedWorkspace.ingested(workspace);
  }

  private Ended run(Map<String, String> environment, String... command) throws Exception {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder = new ProcessBuilder(command);
    List.of("SPARK_HOME", "NO_COLOR", "COLUMNS").forEach(builder.environment()::remove);
    builder
        .environment()
        .putAll(
            Map.of(
                "C2FPL_NO_BUILD", "1",
                "C2FPL_DRIVER_MEMORY", "1g",
                "C2FPL_JAVA_OPTS", "-XX:TieredStopAtLevel=1",
                "C2FPL_LOG", folder.resolve("spark.log").toString(),
                "TERM", "xterm"));
    builder.environment().putAll(environment);
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    process.getOutputStream().close();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  /** In a separate terminal whose input is not a terminal; both streams go to it. */
  private Ended inTerminal(Map<String, String> environment, String arguments) throws Exception {
    assumeThat(Path.of("/usr/bin/script")).as("util-linux").exists();
    return run(
        environment,
        "script",
        "-qec",
        "stty cols 60; " + C2FPL + " " + arguments + " < /dev/null",
        "/dev/null");
  }

  @Test
  void aTerminalShowsWhatGoesOnAndOneLineAStageAtTheEnd() throws Exception {
    Ended ended = inTerminal(Map.of(), "stats --workspace " + workspace);
    assertThat(ended.exitCode()).as(ended.out()).isZero();
    assertThat(ended.out()).contains("\r" + ESCAPE + "[Kstats ");
    String shown = ended.out().replaceAll("\r" + ESCAPE + "\\[K[^\r\n]*(?=\r" + ESCAPE + ")", "");
    assertThat(shown)
        .as("the line is taken away before another")
        .contains(ESCAPE + "[Kstats     segments/split=test/batch=0: norms of 3 segments")
        .contains("Next        c2fpl coarse --workspace");
    for (String drawn : ended.out().split("[\r\n]", -1)) {
      if (drawn.startsWith(ESCAPE + "[Kstats ") && !drawn.contains("norms of")) {
        assertThat(drawn.length() - 3).as(drawn).isLessThan(60);
      }
    }
  }

  @Test
  void errorsAreColouredInATerminalUnlessNobodyWantsIt() throws Exception {
    String arguments = "coarse --workspace " + folder.resolve("none") + " --eta 0";
    assertThat(inTerminal(Map.of(), arguments).out())
        .contains(ESCAPE + "[1;31merror:" + ESCAPE + "[0m Cannot");
    for (Map<String, String> plain : List.of(Map.of("NO_COLOR", "1"), Map.of("TERM", "dumb"))) {
      Ended ended = inTerminal(plain, arguments);
      assertThat(ended.exitCode()).isEqualTo(64);
      assertThat(ended.out()).startsWith("error: Cannot").doesNotContain(ESCAPE);
    }
  }

  @Test
  void aDumbTerminalAndAPipeGetPlainLines() throws Exception {
    Ended dumb = inTerminal(Map.of("TERM", "dumb"), "stats --workspace " + workspace);
    assertThat(dumb.out()).contains("stats     segments/").doesNotContain(ESCAPE);
    Ended piped =
        run(
            Map.of(),
            C2FPL,
            "stats",
            "--workspace",
            workspace.toString(),
            "--write-mode",
            "overwrite");
    assertThat(piped.exitCode()).as(piped.err()).isZero();
    assertThat(piped.out())
        .startsWith("stats     segments/split=test/batch=0: norms of 3 segments")
        .doesNotContain(ESCAPE, "\r", "%");
    assertThat(piped.err()).isEmpty();
  }

  @Test
  void jsonIsAnObjectAStageAndOneAtTheEnd() throws Exception {
    Ended ended =
        run(
            Map.of(),
            C2FPL,
            "stats",
            "--json",
            "--run-id",
            "r1",
            "--workspace",
            workspace.toString());
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    List<JsonNode> lines = ended.json();
    assertThat(lines).hasSize(3);
    JsonNode stage = lines.get(0);
    assertThat(stage.path("event").asText()).isEqualTo("stage");
    assertThat(stage.path("stage").asText()).isEqualTo("stats");
    assertThat(stage.path("status").asText()).isEqualTo("done");
    assertThat(stage.path("seconds").asDouble()).isPositive();
    assertThat(stage.path("tables").toString())
        .isEqualTo(
            "[{\"table\":\"segment_norms/split=test/batch=0\",\"rows\":3},"
                + "{\"table\":\"video_stats/split=test/batch=0\",\"rows\":1}]");
    assertThat(stage.path("warnings").isArray()).isTrue();
    JsonNode end = lines.get(2);
    assertThat(end.path("event").asText()).isEqualTo("end");
    assertThat(end.path("outcome").asText()).isEqualTo("done");
    assertThat(end.path("exit_code").asInt()).isZero();
    assertThat(end.path("run").asText()).isEqualTo("r1");
    assertThat(end.path("workspace").asText()).isEqualTo("file:" + workspace);
    assertThat(ended.err()).as("people read on").contains("norms of 3 segments", "Next ");

    Ended again =
        run(
            Map.of(),
            C2FPL,
            "stats",
            "--json",
            "--write-mode",
            "skip",
            "--workspace",
            workspace.toString());
    assertThat(again.json().get(0).path("status").asText()).isEqualTo("skipped");
    assertThat(again.json().get(0).path("tables").path(0).path("rows").asInt()).isEqualTo(3);
  }

  @Test
  void jsonTellsOfErrorsToo() throws Exception {
    Ended data = run(Map.of(), C2FPL, "fine", "--json", "--workspace", workspace.toString());
    assertThat(data.exitCode()).isEqualTo(65);
    JsonNode error = data.json().get(0);
    assertThat(error.path("event").asText()).isEqualTo("error");
    assertThat(error.path("code").asInt()).isEqualTo(65);
    assertThat(error.path("message").asText()).startsWith("Cannot find ");
    JsonNode end = data.json().get(1);
    assertThat(end.path("exit_code").asInt()).isEqualTo(65);
    assertThat(end.path("run").asText()).contains("-fine-");

    Ended usage = run(Map.of(), C2FPL, "fine", "--json", "--nonsense");
    assertThat(usage.exitCode()).isEqualTo(64);
    assertThat(usage.json().get(0).path("code").asInt()).isEqualTo(64);
    assertThat(usage.json().get(1).path("outcome").asText()).isEqualTo("usage");
  }

  @Test
  void completionIsAScriptOfBashThatCompletes() throws Exception {
    Ended script = run(Map.of(), C2FPL, "completion", "bash");
    assertThat(script.exitCode()).as(script.err()).isZero();
    Path log = folder.resolve("spark.log");
    assertThat(Files.exists(log) ? Files.readString(log) : "")
        .as("no Spark is started")
        .doesNotContain("Running Spark");
    Path file = Files.writeString(folder.resolve("completion.bash"), script.out());
    assertThat(run(Map.of(), "bash", "-n", file.toString()).exitCode()).isZero();
    assertThat(completed(file, "c2fpl sc")).isEqualTo("score");
    assertThat(completed(file, "c2fpl export --format ")).contains("csv", "jsonl", "webvtt");
    assertThat(completed(file, "c2fpl score --thr")).isEqualTo("--threshold");
    assertThat(run(Map.of(), C2FPL, "completion", "fish").exitCode()).isEqualTo(64);
  }

  /** The completions that the tab key would offer. */
  private String completed(Path script, String line) throws Exception {
    Ended ended =
        run(
            Map.of(),
            "bash",
            "-c",
            "source "
                + script
                + "; line=\"$1\"; read -r -a COMP_WORDS <<< \"$line\"; [[ $line != *' ' ]] ||"
                + " COMP_WORDS+=(''); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_LINE=$line;"
                + " COMP_POINT=${#line}; _complete_c2fpl 2> /dev/null; echo \"${COMPREPLY[*]}\"",
            "bash",
            line);
    return ended.out().trim();
  }
}
