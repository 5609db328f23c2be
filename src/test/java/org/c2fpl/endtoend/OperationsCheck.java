package org.c2fpl.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.c2fpl.testing.CommandLines;
import org.c2fpl.testing.GraphiteListener;
import org.c2fpl.testing.HistoryServer;
import org.c2fpl.testing.Launcher;
import org.c2fpl.testing.StandaloneCluster;
import org.c2fpl.workspace.Json;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Operations with real processes: a secured cluster, its doctor, what runs publish and keep secret,
 * and a workspace that forgets a video completely or not at all when it is killed.
 */
class OperationsCheck {
  private static final String SECRET = "marked-cluster-secret-7fd1";
  private static final String KEY = "MARKEDKEY5a3b";

  @TempDir static Path shared;
  private static SmallFootage footage;
  private static Path reference;

  /** Event logs of single machines. */
  private static Path events;

  @TempDir Path folder;

  @BeforeAll
  static void runOnOneMachine() throws Exception {
    footage = SmallFootage.write(shared.resolve("footage"));
    reference = shared.resolve("reference");
    events = shared.resolve("events");
    Launcher.Ended ended =
        new Launcher(shared)
            .with("C2FPL_EVENT_LOG", events.toString())
            .run(footage.run(reference, "--epochs", "2"));
    assertThat(ended.exitCode()).as(ended.output()).isZero();
  }

  @Test
  void aSecuredClusterGivesTheSameAndKeepsItsSecrets() throws Exception {
    Map<String, String> secured = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("conf", "secure.conf"))) {
      if (line.startsWith("spark.")) {
        String[] setting = line.split("\\s+", 2);
        secured.put(setting[0], setting[1].strip());
      }
    }
    assertThat(secured).containsEntry("spark.authenticate", "true").hasSizeGreaterThan(5);
    Map<String, String> daemons = new TreeMap<>(secured);
    daemons.put("spark.authenticate.secret", SECRET);
    Path secretFile =
        Files.createFile(
            folder.resolve("secret"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(secretFile, SECRET + "\n");
    Path told = Files.createDirectory(folder.resolve("events"));
    Path csv = Files.createDirectory(folder.resolve("csv"));
    secured.put("spark.hadoop.fs.s3a.access.key", KEY);
    secured.put("spark.hadoop.fs.s3a.secret.key", KEY + "-secret");
    secured.put("spark.eventLog.enabled", "true");
    secured.put("spark.eventLog.dir", told.toUri().toString());
    secured.put(
        "spark.metrics.conf.driver.sink.csv.class", "org.apache.spark.metrics.sink.CsvSink");
    secured.put("spark.metrics.conf.driver.sink.csv.directory", csv.toString());
    Path logs = Files.createDirectory(folder.resolve("logs"));
    Launcher launcher = new Launcher(logs).with("C2FPL_LOG_FORMAT", "json");
    Path workspace = folder.resolve("w");

    try (StandaloneCluster cluster = new StandaloneCluster(folder, 2, daemons);
        CommandLines commandLines = new CommandLines()) {
      // Spark tries for a minute; meanwhile the others go on.
      secured.put(
          "spark.authenticate.secret.file",
          Files.writeString(folder.resolve("another"), "another-secret").toString());
      Path refused = folder.resolve("refused");
      Process wrong =
          new Launcher(folder)
              .start(
                  folder.resolve("wrong.out"),
                  arguments(
                      List.of("stats", "--workspace", refused.toString()),
                      submission(cluster, secured, "wrong.conf")));
      secured.put("spark.authenticate.secret.file", secretFile.toString());
      List<String> submission = submission(cluster, secured, "right.conf");

      Map<String, String> withoutFile = new TreeMap<>(secured);
      withoutFile.remove("spark.authenticate.secret.file");
      Launcher.Ended doctor =
          new Launcher(logs)
              .with("C2FPL_LOG_FORMAT", "json")
              .with("C2FPL_SPARK_SECRET", SECRET)
              .run(
                  arguments(
                      List.of("doctor"), submission(cluster, withoutFile, "environment.conf")));
      assertThat(doctor.exitCode()).as(doctor.output()).isZero();
      assertThat(doctor.output())
          .containsPattern("ok +the driver: Java 17")
          .containsPattern(
              "executor 0 on \\S+: Java 17\\S*, CpuBackend, OMP_NUM_THREADS 1, it has a heap of"
                  + " \\d+m")
          .containsPattern("executor 1 on \\S+: Java 17\\S*, CpuBackend")
          .contains("clock as the driver's")
          .doesNotContain("was not reached");

      Launcher.Ended done =
          launcher.run(arguments(List.of(footage.run(workspace, "--epochs", "2")), submission));
      assertThat(done.exitCode()).as(done.output()).isZero();
      assertThat(SmallFootage.parameterHash(workspace))
          .hasSize(64)
          .isEqualTo(SmallFootage.parameterHash(reference));

      Launcher.Ended withKey =
          launcher.run(
              arguments(
                  List.of(
                      "ingest",
                      "--workspace",
                      workspace.toString(),
                      "--split",
                      "more",
                      "--input",
                      "nosuchfs://" + KEY + ":" + KEY + "@bucket/features"),
                  submission));
      assertThat(withKey.exitCode()).as(withKey.output()).isEqualTo(65);
      assertThat(withKey.output())
          .contains("Cannot use nosuchfs://***@bucket/features: ")
          .doesNotContain(KEY);

      assertThat(wrong.waitFor(3, TimeUnit.MINUTES)).isTrue();
      assertThat(folder.resolve("wrong.out"))
          .content()
          .contains("Cannot join spark://127.0.0.1", "the same secret")
          .doesNotContain("another-secret");
      assertThat(wrong.exitValue()).isEqualTo(65);
      assertThat(refused).doesNotExist();

      assertThat(
              new Launcher(folder)
                  .with("C2FPL_SPARK_SECRET", SECRET)
                  .run(arguments(List.of("doctor", "--dry-run"), submission))
                  .output())
          .contains("SparkSubmit")
          .doesNotContain(SECRET, KEY);
      assertThat(commandLines.seen())
          .as("what everybody on the machine sees")
          .anyMatch(line -> line.contains(" --executor-id 1 "))
          .anyMatch(line -> line.contains("SparkSubmit") && line.contains(workspace.toString()))
          .noneMatch(line -> line.contains(SECRET))
          // The secret that the test itself sets.
          .noneMatch(line -> line.contains(KEY) && !line.contains("nosuchfs://"));
    }

    assertThat(csv.toFile().list()).isNotEmpty();
    assertThat(figure(csv, "videos")).isEqualTo(32);
    assertThat(figure(csv, "training_epoch")).isEqualTo(2);
    assertThat(figure(csv, "training_loss")).isPositive();
    assertThat(figure(csv, "scored_segments"))
        .isPositive()
        .isLessThanOrEqualTo(figure(csv, "segments"));
    assertThat(figure(csv, "frame_auc"))
        .isEqualTo(SmallFootage.metrics(workspace).path("frame_auc").asDouble());
    assertThat(figure(csv, "seconds.train")).isPositive();

    assertThat(linesOfTheLog(logs)).isGreaterThan(100);
    // The folder has the settings with the secrets, and the files of daemons and workers.
    for (Path written : List.of(workspace, told, csv, logs)) {
      assertThat(filesWith(written, SECRET)).isEmpty();
      assertThat(filesWith(written, KEY)).isEmpty();
    }
    assertThat(filesWith(folder.resolve("spark-home"), SECRET))
        .as("logs of master, workers and executors")
        .allMatch(file -> file.endsWith("spark-defaults.conf"));
    assertThat(filesWith(folder.resolve("spark-home"), KEY)).isEmpty();
    // Tables are compressed, so their bytes show nothing.
    SmallFootage.rows(workspace)
        .values()
        .forEach(rows -> assertThat(rows).noneMatch(row -> row.contains(KEY)));
    assertThat(filesWith(told, "SparkListenerApplicationEnd")).isNotEmpty();
  }

  @Test
  void graphiteAndPrometheusGetTheFigures() throws Exception {
    SmallFootage withOneBroken = SmallFootage.write(folder.resolve("footage"));
    Files.writeString(folder.resolve("footage/train/broken.npy"), "not an array");
    Path workspace = folder.resolve("w");
    Map<String, String> scraped = new TreeMap<>();
    try (GraphiteListener graphite = new GraphiteListener();
        ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = free.getLocalPort();
      free.close();
      Process run =
          new Launcher(folder)
              .with("SPARK_LOCAL_IP", "127.0.0.1")
              .start(
                  folder.resolve("run.out"),
                  arguments(
                      List.of(
                          withOneBroken.run(workspace, "--epochs", "2", "--on-bad-video", "skip")),
                      List.of(
                          "--",
                          "--conf",
                          "spark.ui.port=" + port,
                          "--conf",
                          "spark.metrics.namespace=vision",
                          "--conf",
                          "spark.metrics.conf=" + sinks(graphite.port()))));
      URI page = URI.create("http://127.0.0.1:" + port + "/metrics/prometheus");
      while (!run.waitFor(200, TimeUnit.MILLISECONDS)) {
        try (InputStream body = page.toURL().openStream()) {
          for (String line :
              new String(body.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
            int end = line.lastIndexOf(' ');
            scraped.put(line.substring(0, end), line.substring(end + 1));
          }
        } catch (IOException e) {
          continue; // The web interface is not up yet, or is down again.
        }
      }
      assertThat(run.exitValue()).as(Files.readString(folder.resolve("run.out"))).isZero();

      // The sink's period is 10 s: the last values are those of the end.
      Map<String, String> last = graphite.last();
      double auc = SmallFootage.metrics(workspace).path("frame_auc").asDouble();
      assertThat(last)
          .containsEntry("c2fpl.vision.driver.c2fpl.videos.count", "32")
          .containsEntry("c2fpl.vision.driver.c2fpl.rejected.count", "1")
          .containsEntry("c2fpl.vision.driver.c2fpl.training_epoch", "2.00")
          .containsEntry(
              "c2fpl.vision.driver.c2fpl.frame_auc_millionths",
              Long.toString(Math.round(auc * 1e6)))
          .containsKey("c2fpl.vision.driver.c2fpl.seconds.report");
      assertThat(Long.parseLong(last.get("c2fpl.vision.driver.c2fpl.segments.count"))).isPositive();
      double loss =
          Long.parseLong(last.get("c2fpl.vision.driver.c2fpl.training_loss_millionths")) / 1e6;
      assertThat(Double.parseDouble(last.get("c2fpl.vision.driver.c2fpl.training_loss")))
          .isCloseTo(loss, within(0.006));
      assertThat(scraped)
          .containsEntry("metrics_vision_driver_c2fpl_videos_Count{type=\"counters\"}", "32")
          .containsEntry("metrics_vision_driver_c2fpl_rejected_Count{type=\"counters\"}", "1")
          .containsKey("metrics_vision_driver_c2fpl_segments_Count{type=\"counters\"}");
      assertThat(
              Double.parseDouble(
                  scraped.get("metrics_vision_driver_c2fpl_training_loss_Value{type=\"gauges\"}")))
          .isCloseTo(loss, within(1e-6));
    }
  }

  /** The project's sample with two of its sinks turned on. */
  private Path sinks(int graphite) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("conf", "metrics.properties"))) {
      lines.add(
          line.replaceFirst("^#(?=\\*\\.sink\\.(graphite|prometheusServlet)\\.)", "")
              .replaceFirst("(\\.host)=.*", "$1=127.0.0.1")
              .replaceFirst("(\\.port)=.*", "$1=" + graphite));
    }
    assertThat(lines).contains("*.sink.graphite.port=" + graphite);
    return Files.write(folder.resolve("metrics.properties"), lines);
  }

  @Test
  void theHistoryServerTellsWhatRanAndWhatWasKilled() throws Exception {
    Path workspace = folder.resolve("killed");
    // Through spark-submit, which names applications after their class.
    Process process =
        new Launcher(folder)
            .with("C2FPL_EVENT_LOG", events.toString())
            .start(
                folder.resolve("killed.out"),
                arguments(
                    List.of(footage.run(workspace)),
                    List.of("--", "--conf", "spark.ui.enabled=false")));
    awaitWhile(
        process, folder.resolve("killed.out"), () -> Files.exists(workspace.resolve("videos")));
    process.destroyForcibly();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();

    Path log = folder.resolve("history.log");
    try (HistoryServer history = new HistoryServer(log, events)) {
      JsonNode applications = Json.MAPPER.createArrayNode();
      for (int attempt = 0; applications.size() < 2 && attempt < 100; attempt++) {
        TimeUnit.MILLISECONDS.sleep(200);
        applications = history.applications("");
      }
      assertThat(applications).as(Files.readString(log)).hasSize(2);
      assertThat(applications).allMatch(each -> each.path("name").asText().equals("c2fpl run"));
      Map<Boolean, String> ids = new TreeMap<>();
      applications.forEach(
          each ->
              ids.put(
                  each.path("attempts").path(0).path("completed").asBoolean(),
                  each.path("id").asText()));
      assertThat(ids).containsOnlyKeys(true, false);
      assertThat(ids)
          .containsEntry(true, SmallFootage.runs(reference).get(0).path("application").asText());
      assertThat(history.applications("/" + ids.get(true) + "/jobs"))
          .extracting(job -> job.path("jobGroup").asText())
          .contains("ingest", "annotate", "stats", "coarse", "fine", "train", "score", "evaluate")
          .doesNotContain("");
      assertThat(history.applications("/" + ids.get(false) + "/jobs"))
          .extracting(job -> job.path("jobGroup").asText())
          .contains("ingest")
          .doesNotContain("train");
    }
  }

  @Test
  void killedForgettingForgetsNothingByHalves() throws Exception {
    Path workspace = folder.resolve("w");
    copy(reference, workspace);
    String video = "train-00004";
    Launcher launcher = new Launcher(folder);
    String[] forget = {"forget", "--workspace", workspace.toString(), "--video", video};
    TreeMap<String, List<String>> before = SmallFootage.rows(workspace);

    Process process = launcher.start(folder.resolve("killed.out"), forget);
    awaitWhile(process, folder.resolve("killed.out"), () -> staged(workspace));
    process.destroyForcibly();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(SmallFootage.rows(workspace)).isEqualTo(before);
    assertThat(workspace.resolve("_forgotten.json")).doesNotExist();

    Launcher.Ended ended = launcher.run(forget);
    assertThat(ended.exitCode()).as(ended.output()).isZero();
    assertThat(ended.output())
        .contains("was trained on it; models are not changed")
        .contains("the one in use");
    assertThat(filesWith(workspace, video)).isEmpty();
    TreeMap<String, List<String>> after = SmallFootage.rows(workspace);
    assertThat(after.keySet()).isEqualTo(before.keySet());
    after.values().forEach(rows -> assertThat(rows).noneMatch(row -> row.contains(video)));

    Launcher.Ended unknown =
        launcher.run("forget", "--workspace", workspace.toString(), "--video", "train-0005");
    assertThat(unknown.exitCode()).isEqualTo(65);
    assertThat(unknown.output()).contains("Did you mean train-00005");

    Launcher.Ended lineage = launcher.run("lineage", "--workspace", workspace.toString(), "--json");
    assertThat(lineage.exitCode()).as(lineage.output()).isZero();
    JsonNode found = Json.MAPPER.readTree(lineage.output().lines().findFirst().orElseThrow());
    assertThat(found.path("result").get(0).path("name").asText()).startsWith("detections/");

    Launcher.Ended gc =
        launcher.run("gc", "--workspace", workspace.toString(), "--older-than", "0", "--dry-run");
    assertThat(gc.exitCode()).as(gc.output()).isZero();
    assertThat(gc.output()).contains("would remove _runs/").contains("record of an old run");
    int records = workspace.resolve("_runs").toFile().list().length;
    assertThat(
            launcher.run("gc", "--workspace", workspace.toString(), "--older-than", "0").output())
        .contains("removed _runs/");
    assertThat(workspace.resolve("_runs").toFile().list()).hasSizeLessThan(records);
  }

  @Test
  void anUnknownFormatOfTheLogIsRefused() throws Exception {
    Launcher.Ended ended = new Launcher(folder).with("C2FPL_LOG_FORMAT", "xml").run("doctor");
    assertThat(ended.exitCode()).isEqualTo(64);
    assertThat(ended.output())
        .contains("Cannot use C2FPL_LOG_FORMAT=xml: it is none of text, json.");
  }

  /** Waits for a moment before the end of the process. */
  private static void awaitWhile(Process process, Path output, BooleanSupplier moment)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (!moment.getAsBoolean()) {
      assertThat(process.isAlive()).as(Files.readString(output)).isTrue();
      assertThat(System.nanoTime()).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  /** A leaf is being written, and no commit record exists yet. */
  private static boolean staged(Path workspace) {
    Path staging = workspace.resolve("_staging");
    if (!Files.exists(staging)) {
      return false;
    }
    try (Stream<Path> files = Files.walk(staging)) {
      return files.anyMatch(file -> file.toString().endsWith(".parquet"));
    } catch (IOException | UncheckedIOException e) {
      return false; // a file disappeared meanwhile
    }
  }

  private List<String> submission(
      StandaloneCluster cluster, Map<String, String> settings, String name) throws IOException {
    StringBuilder text = new StringBuilder();
    settings.forEach((key, value) -> text.append(key).append(' ').append(value).append('\n'));
    Path file = Files.writeString(folder.resolve(name), text);
    List<String> arguments = new ArrayList<>(cluster.submission(2));
    arguments.addAll(List.of("--properties-file", file.toString()));
    return arguments;
  }

  private static String[] arguments(List<String> own, List<String> submission) {
    List<String> all = new ArrayList<>(own);
    all.addAll(submission);
    return all.toArray(String[]::new);
  }

  /** The last value that a sink wrote of a metric. */
  private static double figure(Path csv, String metric) throws IOException {
    double figure = Double.NaN;
    try (Stream<Path> files = Files.list(csv)) {
      for (Path file : files.sorted().toList()) {
        if (file.getFileName().toString().endsWith(".driver.c2fpl." + metric + ".csv")) {
          List<String> lines = Files.readAllLines(file);
          double value = Double.parseDouble(lines.get(lines.size() - 1).split(",", -1)[1]);
          // Other commands of the test report nothing, or 0.
          if (value > 0) {
            figure = value;
          }
        }
      }
    }
    return figure;
  }

  private static long linesOfTheLog(Path logs) throws IOException {
    long lines = 0;
    boolean inStage = false;
    for (String line : Files.readAllLines(logs.resolve("spark.log"))) {
      JsonNode json = Json.MAPPER.readTree(line);
      assertThat(json.path("message").isTextual()).as(line).isTrue();
      inStage |=
          json.path("stage").asText().equals("train")
              && json.path("run").asText().contains("-run-")
              && json.path("application").asText().startsWith("app-");
      lines++;
    }
    assertThat(inStage).isTrue();
    return lines;
  }

  private static List<Path> filesWith(Path folder, String text) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
          found.add(file);
        }
      }
    }
    return found;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (!Files.isDirectory(target)) {
          Files.copy(file, target);
        }
      }
    }
  }
}
