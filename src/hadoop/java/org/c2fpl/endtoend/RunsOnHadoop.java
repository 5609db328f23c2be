package org.c2fpl.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.protocol.HdfsConstants;
import org.apache.hadoop.yarn.api.records.ApplicationReport;
import org.apache.hadoop.yarn.api.records.FinalApplicationStatus;
import org.c2fpl.errors.DataException;
import org.c2fpl.testing.Launcher;
import org.c2fpl.workspace.Workspace;
import org.c2fpl.workspace.WorkspaceLock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs with features and workspace on HDFS, embedded and on YARN, give the same result as a run on
 * local files; refusals of HDFS are user errors, and damage nothing.
 */
class RunsOnHadoop {
  /** The path on HDFS of the files of {@link #folder}. */
  private static final String ROOT = "/c2fpl";

  /** For JVMs that live for seconds: the optimising compiler would cost more than it gives. */
  private static final String QUICK = "-XX:TieredStopAtLevel=1";

  @TempDir static Path folder;
  private static MiniHadoop hadoop;
  private static DistributedFileSystem hdfs;
  private static SmallFootage footage;
  private static Path local;

  private Launcher launcher;

  @BeforeAll
  static void start() throws Exception {
    footage = SmallFootage.write(folder.resolve("footage"));
    local = folder.resolve("local");
    Launcher.Ended ended = new Launcher(folder).run(footage.run(local, "--epochs", "4"));
    assertThat(ended.exitCode()).as(ended.output()).isZero();

    hadoop = new MiniHadoop(folder);
    hdfs = hadoop.fileSystem();
    upload("footage", "footage");
  }

  @AfterAll
  static void stop() {
    if (hadoop != null) {
      hadoop.close();
    }
  }

  @BeforeEach
  void create() {
    launcher =
        new Launcher(folder)
            .with("HADOOP_CONF_DIR", hadoop.configuration().toString())
            .with("SPARK_LOCAL_IP", "127.0.0.1");
  }

  @Test
  void aDataNodeIsLostInTheMiddleOfARun() throws Exception {
    Path output = Files.createTempFile(folder, "lost", ".out");
    Process run = launcher.start(output, run("lost"));
    await(run, output, "lost/coarse_labels/_manifest.json");
    var lost = hadoop.loseDataNode();
    try {
      assertThat(run.waitFor(5, TimeUnit.MINUTES)).isTrue();
    } finally {
      run.destroyForcibly();
      hadoop.restart(lost);
    }
    assertThat(run.exitValue()).as(Files.readString(output)).isZero();
    assertAsOnLocalFiles("lost");
  }

  @Test
  void theNameNodeIsLostInTheMiddleOfARun() throws Exception {
    // Hadoop's clients ask ten times, a second apart, and so does every clean-up.
    launcher.withJavaOptions("-Dspark.hadoop.ipc.client.connect.max.retries=1");
    Path output = Files.createTempFile(folder, "gone", ".out");
    Process run = launcher.start(output, run("gone"));
    await(run, output, "gone/coarse_labels/_manifest.json");
    hadoop.loseNameNode();
    Launcher.Ended atStart;
    try {
      assertThat(run.waitFor(5, TimeUnit.MINUTES)).isTrue();
      atStart = launcher.run("report", "--workspace", hdfs.getUri() + ROOT + "/gone");
    } finally {
      run.destroyForcibly();
      hadoop.restartNameNode();
    }
    String printed = Files.readString(output);
    String server = hdfs.getUri().getAuthority();
    assertThat(run.exitValue()).as(printed).isEqualTo(75);
    assertThat(printed)
        // Its last answer may be an error from its own code.
        .containsPattern(
            "error: Cannot (reach "
                + server
                + ": it does not answer|go on: a server failed to answer a request) \\(")
        .contains("then give the same command again: finished work is kept.")
        .doesNotContain("\tat ", "internal fault");
    assertThat(atStart.exitCode()).as(atStart.output()).isEqualTo(75);
    assertThat(atStart.output()).contains("error: Cannot reach " + server);

    Launcher.Ended resumed = launcher.run(run("gone"));
    assertThat(resumed.exitCode()).as(resumed.output()).isZero();
    assertThat(resumed.output()).contains("coarse    skipped");
    assertAsOnLocalFiles("gone");
  }

  /** On HDFS as on local files. */
  @Test
  void ofManyThatFindADeadOwnersLockAtOneInstantOneTakesItOver() throws Exception {
    Workspace workspace = Workspace.open(hdfs.getUri() + ROOT + "/contended", hdfs.getConf());
    hdfs.mkdirs(path("contended"));
    int takers = 6;
    ExecutorService threads = Executors.newFixedThreadPool(takers);
    try {
      for (int round = 0; round < 10; round++) {
        // Every other round without a lock, so that they create it at the same instant.
        if (round % 2 == 0) {
          leaveStaleLock(path("contended/_lock.json"), round);
        }
        CyclicBarrier start = new CyclicBarrier(takers);
        List<Future<WorkspaceLock>> ends = new ArrayList<>();
        for (int t = 0; t < takers; t++) {
          String name = "taker-" + t;
          ends.add(
              threads.submit(
                  () -> {
                    start.await();
                    return WorkspaceLock.acquire(workspace, name);
                  }));
        }
        List<WorkspaceLock> owners = new ArrayList<>();
        for (Future<WorkspaceLock> end : ends) {
          try {
            owners.add(end.get());
          } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(DataException.class);
          }
        }
        assertThat(owners).as("round " + round).hasSize(1);
        owners.get(0).close();
        assertThat(files("contended")).as("round " + round).isEmpty();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static void leaveStaleLock(org.apache.hadoop.fs.Path lock, int number)
      throws IOException {
    try (OutputStream out = hdfs.create(lock, false)) {
      String content = "{\"run\": \"r" + number + "\", \"host\": \"elsewhere\"}";
      out.write(content.getBytes(StandardCharsets.UTF_8));
    }
    hdfs.setTimes(lock, System.currentTimeMillis() - TimeUnit.HOURS.toMillis(1), -1);
  }

  @Test
  void aUsedUpQuotaStopsARunWhichGoesOnWhenItIsRaised() throws Exception {
    Path output = Files.createTempFile(folder, "quota", ".out");
    Process run = launcher.start(output, run("quota"));
    await(run, output, "quota/coarse_labels/_manifest.json");
    hdfs.setQuota(path("quota"), HdfsConstants.QUOTA_DONT_SET, 1);
    assertThat(run.waitFor(5, TimeUnit.MINUTES)).isTrue();

    String printed = Files.readString(output);
    assertThat(run.exitValue()).as(printed).isEqualTo(65);
    assertThat(printed)
        .contains("error: Cannot write below /c2fpl/quota: its quota is used up (The DiskSpace")
        .contains("run the same command again")
        .doesNotContain("\tat ");
    assertThat(files("quota"))
        .as("no lock, nothing half-written")
        .contains("coarse_labels/_manifest.json")
        .noneMatch(file -> file.startsWith("_") || file.startsWith("model/"));

    hdfs.setQuota(path("quota"), HdfsConstants.QUOTA_DONT_SET, HdfsConstants.QUOTA_RESET);
    Launcher.Ended resumed = launcher.run(run("quota"));
    assertThat(resumed.exitCode()).as(resumed.output()).isZero();
    assertThat(resumed.output()).contains("coarse    skipped");
    assertAsOnLocalFiles("quota");
  }

  @Test
  void whatAUserMayNotWriteOrReadIsNamed() throws Exception {
    hdfs.mkdirs(path("theirs"));
    hdfs.mkdirs(path("open"));
    hdfs.setPermission(path("open"), new FsPermission((short) 0777));
    upload("footage/train", "secret");
    for (FileStatus file : hdfs.listStatus(path("secret"))) {
      hdfs.setPermission(file.getPath(), new FsPermission((short) 0600));
    }
    launcher.with("HADOOP_USER_NAME", "stranger");

    Launcher.Ended writing = launcher.run(run("theirs/workspace"));
    assertThat(writing.exitCode()).as(writing.output()).isEqualTo(65);
    assertThat(writing.output())
        .contains(
            "error: Cannot write to /c2fpl/theirs: user stranger lacks the permission (Permission"
                + " denied")
        .doesNotContain("\tat ");
    assertThat(files("theirs")).isEmpty();

    Launcher.Ended reading = launcher.run(ingest("open/workspace", "secret"));
    assertThat(reading.exitCode()).as(reading.output()).isEqualTo(65);
    assertThat(reading.output())
        .contains("Cannot read " + hdfs.getUri() + "/c2fpl/secret/")
        .contains("user=stranger, access=READ")
        .doesNotContain("\tat ");
  }

  @Test
  void onYarnWithTheDriverHere() throws Exception {
    // Without spark.yarn.jars, Spark's jars are uploaded.
    Launcher.Ended ended = launcher.run(run("client", yarn("client")));
    assertThat(ended.exitCode()).as(ended.output()).isZero();
    assertAsOnLocalFiles("client");
  }

  @Test
  void onYarnWithTheDriverInTheCluster() throws Exception {
    // The driver finds uploaded files in its folder.
    Files.writeString(folder.resolve("small.properties"), "workers = 2\n");
    upload("small.properties", "small.properties");
    List<String> more = new ArrayList<>(List.of("--config", "small.properties"));
    more.addAll(List.of(yarn("cluster", jarsOfEveryNode())));
    more.addAll(List.of("--files", folder.resolve("small.properties").toString()));
    Launcher.Ended ended = launcher.run(run("cluster", more.toArray(String[]::new)));
    assertThat(ended.exitCode()).as(ended.output()).isZero();
    JsonNode record = onlyRecord(assertAsOnLocalFiles("cluster"));
    assertThat(record.path("exit_code").asInt(-1)).isZero();
    assertThat(report(record).getFinalApplicationStatus())
        .isEqualTo(FinalApplicationStatus.SUCCEEDED);
  }

  @Test
  void inTheClusterAFailureIsTheApplicationsAndItsClassStandsInTheRecord() throws Exception {
    hdfs.mkdirs(path("nothing"));
    Launcher.Ended ended =
        launcher.run(ingest("failed", "nothing", yarn("cluster", jarsOfEveryNode())));
    assertThat(ended.exitCode()).as(ended.output()).isEqualTo(1);

    JsonNode record = onlyRecord(download("failed"));
    assertThat(record.path("exit_code").asInt()).isEqualTo(65);
    assertThat(record.path("outcome").asText()).isEqualTo("data");
    assertThat(record.path("message").asText()).contains("there are no *.npy files in");
    ApplicationReport report = report(record);
    assertThat(report.getFinalApplicationStatus()).isEqualTo(FinalApplicationStatus.FAILED);
    assertThat(report.getDiagnostics()).contains("c2fpl ended with exit code 65");
  }

  /** Arguments of a whole run. */
  private static String[] run(String workspace, String... more) {
    return onHdfs(
        footage.run(
            folder.resolve(workspace),
            Stream.concat(Stream.of("--epochs", "4"), Stream.of(more)).toArray(String[]::new)));
  }

  private static String[] ingest(String workspace, String input, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "ingest",
                "--workspace",
                folder.resolve(workspace).toString(),
                "--split",
                "train",
                "--input",
                folder.resolve(input).toString()));
    arguments.addAll(List.of(more));
    return onHdfs(arguments.toArray(String[]::new));
  }

  /** The arguments with the folder on HDFS. */
  private static String[] onHdfs(String... arguments) {
    return Stream.of(arguments)
        .map(argument -> argument.replace(folder.toString(), hdfs.getUri() + ROOT))
        .toArray(String[]::new);
  }

  /** The end of a command line that submits to YARN: the profile of the cluster, reduced. */
  private static String[] yarn(String deployMode, String... settings) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--master",
                "yarn",
                "--",
                "--deploy-mode",
                deployMode,
                "--properties-file",
                "conf/cluster.conf"));
    if (deployMode.equals("cluster")) {
      arguments.addAll(List.of("--conf", "spark.driver.defaultJavaOptions=" + QUICK));
    }
    Stream.concat(
            Stream.of(
                "spark.executor.instances=2",
                "spark.executor.cores=1",
                "spark.executor.memory=768m",
                "spark.executor.memoryOverhead=384m",
                "spark.executor.defaultJavaOptions=" + QUICK,
                "spark.driver.memory=1g",
                "spark.driver.memoryOverhead=384m",
                "spark.scheduler.minRegisteredResourcesRatio=1.0",
                "spark.sql.shuffle.partitions=5",
                "spark.ui.enabled=false"),
            Stream.of(settings))
        .forEach(setting -> arguments.addAll(List.of("--conf", setting)));
    return arguments.toArray(String[]::new);
  }

  /** The setting for YARN that every node has Spark's jars at the local path. */
  private static String jarsOfEveryNode() throws IOException {
    String classPath = Files.readString(Path.of("target", "spark-classpath.txt")).strip();
    return "spark.yarn.jars="
        + Stream.of(classPath.split(File.pathSeparator, -1))
            .map(jar -> "local:" + jar)
            .collect(Collectors.joining(","));
  }

  private static void await(Process run, Path output, String file) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    while (!hdfs.exists(path(file))) {
      if (!run.isAlive()) {
        fail("it ended too early: " + Files.readString(output));
      }
      assertThat(System.nanoTime()).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  /** Copies a workspace from HDFS and compares it with that of the run on local files. */
  private static Path assertAsOnLocalFiles(String workspace) throws IOException {
    Path copy = download(workspace);
    assertThat(SmallFootage.parameterHash(copy))
        .hasSize(64)
        .isEqualTo(SmallFootage.parameterHash(local));
    assertThat(rows(copy)).isEqualTo(SmallFootage.rows(local));
    return copy;
  }

  /** The rows of a copy; its videos name the files that they came from. */
  private static TreeMap<String, List<String>> rows(Path copy) {
    TreeMap<String, List<String>> rows = SmallFootage.rows(copy);
    rows.replaceAll(
        (leaf, all) ->
            all.stream().map(row -> row.replace(hdfs.getUri() + ROOT, "file:" + folder)).toList());
    return rows;
  }

  private static JsonNode onlyRecord(Path workspace) throws IOException {
    List<JsonNode> records = SmallFootage.runs(workspace);
    assertThat(records).hasSize(1);
    return records.get(0);
  }

  private static ApplicationReport report(JsonNode record) throws Exception {
    return hadoop.report(record.path("application").asText());
  }

  private static Path download(String name) throws IOException {
    Path copy = folder.resolve("copies").resolve(name);
    hdfs.copyToLocalFile(false, path(name), hadoopPath(copy), true);
    return copy;
  }

  private static void upload(String name, String target) throws IOException {
    hdfs.copyFromLocalFile(hadoopPath(folder.resolve(name)), path(target));
  }

  /** All files below a folder, relative to it. */
  private static List<String> files(String name) throws IOException {
    List<String> files = new ArrayList<>();
    String prefix = hdfs.makeQualified(path(name)) + "/";
    RemoteIterator<LocatedFileStatus> all = hdfs.listFiles(path(name), true);
    while (all.hasNext()) {
      files.add(all.next().getPath().toString().substring(prefix.length()));
    }
    return files;
  }

  private static org.apache.hadoop.fs.Path path(String name) {
    return new org.apache.hadoop.fs.Path(ROOT, name);
  }

  private static org.apache.hadoop.fs.Path hadoopPath(Path local) {
    return new org.apache.hadoop.fs.Path(local.toString());
  }
}
