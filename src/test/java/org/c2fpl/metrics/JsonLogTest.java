package org.c2fpl.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.LoggerContext;
import org.c2fpl.workspace.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every line of the structured log is an object, for any message. */
class JsonLogTest {
  @TempDir Path folder;

  @Test
  void everyLineParses() throws IOException {
    Path log = folder.resolve("c2fpl.log");
    LogFacts.run("20260101T000000.000Z-run-1");
    LogFacts.stage("train");
    LogFacts.application("app-1");
    write(
        "log4j2-json.properties",
        log,
        "two\nlines, a \"quote\", a \\ backslash, a tab\t, {}, %m and ${sys:user.name}",
        "späte Grüße");
    List<String> lines = Files.readAllLines(log);
    assertThat(lines).hasSize(3);
    JsonNode first = Json.MAPPER.readTree(lines.get(0));
    assertThat(first.path("message").asText())
        .isEqualTo("two\nlines, a \"quote\", a \\ backslash, a tab\t, {}, %m and ${sys:user.name}");
    assertThat(first.path("run").asText()).isEqualTo("20260101T000000.000Z-run-1");
    assertThat(first.path("stage").asText()).isEqualTo("train");
    assertThat(first.path("application").asText()).isEqualTo("app-1");
    assertThat(first.path("level").asText()).isEqualTo("INFO");
    assertThat(Json.MAPPER.readTree(lines.get(1)).path("message").asText())
        .isEqualTo("späte Grüße");
    JsonNode failure = Json.MAPPER.readTree(lines.get(2));
    assertThat(failure.path("exception").asText())
        .contains("IllegalStateException: of \"ours\"\nand more")
        .contains("\n\tat ");
  }

  @Test
  void factsAreThoseOfTheMoment() throws IOException {
    Path log = folder.resolve("c2fpl.log");
    LogFacts.stage("stats");
    LoggerContext context = context("log4j2-json.properties", log);
    try {
      Logger logger = context.getLogger("l");
      logger.info("one");
      LogFacts.stage("coarse");
      Thread other = new Thread(() -> logger.info("two"));
      other.start();
      other.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      context.stop();
    }
    List<String> lines = Files.readAllLines(log);
    assertThat(Json.MAPPER.readTree(lines.get(0)).path("stage").asText()).isEqualTo("stats");
    assertThat(Json.MAPPER.readTree(lines.get(1)).path("stage").asText()).isEqualTo("coarse");
  }

  @Test
  void neitherLayoutShowsTheSecretsOfUris() throws IOException {
    for (String file : List.of("log4j2-json.properties", "log4j2.properties")) {
      Path log = folder.resolve(file + ".log");
      write(
          file,
          log,
          "reading s3a://KEY:SECRET/SECRET@bucket/x and hdfs://h:1/y@z and https://h/?sig=SECRET");
      assertThat(log)
          .content()
          .contains("s3a://***@bucket/x and hdfs://h:1/y@z and https://h/?sig=***")
          .doesNotContain("SECRET");
    }
  }

  private static void write(String file, Path log, String... messages) {
    LoggerContext context = context(file, log);
    try {
      Logger logger = context.getLogger("org.c2fpl.some");
      for (String message : messages) {
        logger.info(message);
      }
      logger.error("failed", new IllegalStateException("of \"ours\"\nand more"));
    } finally {
      context.stop();
    }
  }

  private static LoggerContext context(String file, Path log) {
    String before = System.getProperty("c2fpl.log");
    System.setProperty("c2fpl.log", log.toString());
    try {
      LoggerContext context =
          new LoggerContext("test", null, Path.of("conf", file).toAbsolutePath().toUri());
      context.start();
      return context;
    } finally {
      if (before == null) {
        System.clearProperty("c2fpl.log");
      } else {
        System.setProperty("c2fpl.log", before);
      }
    }
  }
}
