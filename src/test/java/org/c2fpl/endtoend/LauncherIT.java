package org.c2fpl.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.c2fpl.formats.NpyBytes;
import org.c2fpl.testing.Launcher;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher: which Spark it starts, what it passes on, what it says when it can't. */
class LauncherIT {
  @TempDir Path folder;
  private Launcher launcher;

  @BeforeEach
  void create() {
    launcher = new Launcher(folder);
  }

  @Test
  void withoutSparkHomeItRunsEmbedded() throws Exception {
    Launcher.Ended ended = launcher.run("stats", "--workspace", "W", "--dry-run");
    assertThat(ended.exitCode()).isZero();
    assertThat(ended.output())
        .contains("org.c2fpl.cli.Main stats --workspace W")
        .contains("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED")
        .doesNotContain("SparkSubmit");
  }

  @Test
  void aMasterGoesThroughSparkSubmitOfTheBuild() throws Exception {
    Launcher.Ended ended =
        launcher.run(
            "stats",
            "--workspace",
            "W",
            "--master",
            "spark://h:7077",
            "--dry-run",
            "--",
            "--conf",
            "spark.executor.memory=2g");
    assertThat(ended.output())
        .contains("org.apache.spark.deploy.SparkSubmit --master spark://h:7077")
        .contains("--class org.c2fpl.cli.Main")
        .containsSubsequence("--conf", "spark.executor.memory=2g", "c2fpl-spark.jar", "stats");
  }

  /** Spark's launcher reads it, as it does for bin/spark-submit. */
  @Test
  void aDriverHereHasTheMemoryAndOptionsThatSparkIsTold() throws Exception {
    launcher.with("C2FPL_DRIVER_MEMORY", "");
    Path file =
        Files.writeString(
            folder.resolve("spark.conf"),
            """
            # spark.driver.memory 9g
            spark.driver.memory     2g
            spark.driver.extraJavaOptions=-Dfile=1 "-Dtwo=a b"
            """);
    String[] byFile = {"--properties-file", file.toString()};
    assertThat(driver(byFile)).contains(" -Xmx2g ", " -Dfile=1 ", " -Dtwo=a\\ b ");
    assertThat(driver(byFile, "--conf", "spark.driver.memory=3g", "--driver-java-options", "-Done"))
        .contains(" -Xmx3g ", " -Done ")
        .doesNotContain("-Xmx2g", " -Dfile=1 -D");
    assertThat(driver(byFile, "--driver-memory", "4g")).contains(" -Xmx4g ");
    assertThat(driver(byFile, "--deploy-mode", "cluster")).doesNotContain("-Xmx2g", " -Dfile=1 ");

    launcher.with("C2FPL_DRIVER_MEMORY", "5g");
    assertThat(driver(byFile)).contains(" -Xmx5g ").doesNotContain("-Xmx2g");
    assertThat(driver(byFile, "--driver-memory", "4g")).contains(" -Xmx4g ");
  }

  /** The launcher's command up to Spark's own arguments. */
  private String driver(String[] first, String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("stats", "--master", "spark://h:7077", "--dry-run", "--"));
    arguments.addAll(List.of(first));
    arguments.addAll(List.of(more));
    Launcher.Ended ended = launcher.run(arguments.toArray(String[]::new));
    assertThat(ended.exitCode()).as(ended.output()).isZero();
    return ended
        .output()
        .substring(0, ended.output().indexOf("org.apache.spark.deploy.SparkSubmit"));
  }

  @Test
  void aSecretOnTheCommandLineIsRefused() throws Exception {
    for (String setting :
        new String[] {
          "spark.authenticate.secret=MARKED",
          "spark.hadoop.fs.s3a.bucket.b.secret.key=MARKED",
          "spark.ssl.keyStorePassword=MARKED"
        }) {
      Launcher.Ended refused =
          launcher.run("stats", "--workspace", "W", "--dry-run", "--", "--conf", setting);
      assertThat(refused.exitCode()).as(setting).isEqualTo(64);
      assertThat(refused.output())
          .startsWith("error: Cannot pass " + setting.substring(0, setting.indexOf('=')) + ": ")
          .doesNotContain("MARKED");
    }
    String[] harmless = {
      "stats",
      "--dry-run",
      "--",
      "--conf",
      "spark.authenticate.secret.file=/s",
      "--conf",
      "spark.kubernetes.driver.secrets.a.secret=/etc/secrets",
      "--conf=spark.authenticate=true"
    };
    assertThat(launcher.run(harmless).exitCode()).isZero();
    launcher.with("C2FPL_JAVA_OPTS", "-Done=1 -Dspark.authenticate.secret=MARKED");
    assertThat(launcher.run("stats", "--dry-run").output())
        .startsWith("error: Cannot pass spark.authenticate.secret: ")
        .doesNotContain("MARKED");
  }

  @Test
  void yarnIsSubmittedToWithTheJarsAndTheSettingsAtHand() throws Exception {
    String[] submission = {
      "stats", "--workspace", "W", "--dry-run", "--master", "yarn", "--", "--deploy-mode", "cluster"
    };
    Launcher.Ended nowhere = launcher.run(submission);
    assertThat(nowhere.exitCode()).isEqualTo(65);
    assertThat(nowhere.output()).contains("neither HADOOP_CONF_DIR nor YARN_CONF_DIR is set");

    Launcher.Ended ended = launcher.with("YARN_CONF_DIR", folder.toString()).run(submission);
    assertThat(ended.exitCode()).as(ended.output()).isZero();
    assertThat(ended.output())
        .containsPattern(
            "/target/spark/jars/\\S*:" + folder + "\\S* .*org.apache.spark.deploy.SparkSubmit")
        .as("a driver on another machine has no such log")
        .doesNotContain("spark.driver.defaultJavaOptions");
  }

  @Test
  void theClustersFileSystemsAreKnown() throws Exception {
    launcher.with("HADOOP_CONF_DIR", folder.toString());
    assertThat(launcher.run("stats", "--dry-run").output())
        .contains(".jar:" + folder + " org.c2fpl.cli.Main");
    assertThat(launcher.run("stats", "--master", "spark://h:7077", "--dry-run").output())
        .containsPattern(
            "/target/spark/jars/\\S*:" + folder + "\\S* .*org.apache.spark.deploy.SparkSubmit")
        .as("put before the driver's options of a properties file, not in their place")
        .contains("spark.driver.defaultJavaOptions=-Dc2fpl.log=")
        .doesNotContain("--driver-java-options");
  }

  @Test
  void sparkHomeGoesThroughItsSparkSubmit() throws Exception {
    Path bin = Files.createDirectories(folder.resolve("spark/bin"));
    Path submit = bin.resolve("spark-submit");
    Files.writeString(submit, "#!/bin/sh\nfor a in \"$@\"; do echo \"[$a]\"; done\nexit 52\n");
    assertThat(submit.toFile().setExecutable(true)).isTrue();
    Launcher.Ended ended =
        launcher
            .with("SPARK_HOME", folder.resolve("spark").toString())
            .run("stats", "--workspace", "a b", "--master", "yarn", "--", "--queue", "q 1");
    assertThat(ended.exitCode()).as("the infrastructure's codes pass through").isEqualTo(52);
    assertThat(ended.output())
        .containsSubsequence(
            "[--master]", "[yarn]", "[--queue]", "[q 1]", "c2fpl-spark.jar]", "[stats]", "[a b]");
  }

  /** The JVM decodes names by the locale and would not see these files. */
  @Test
  void fileNamesAreUtf8InAnyLocale() throws Exception {
    Path input = Files.createDirectory(folder.resolve("fußgänger"));
    for (String name : new String[] {"plain", "Müller", "日本", "😀"}) {
      Files.write(
          input.resolve(name + ".npy"), NpyBytes.of("<f4", false, "(2, 3)", new byte[2 * 3 * 4]));
    }
    Launcher.Ended ended =
        launcher
            .with("LC_ALL", "POSIX")
            .run(
                "ingest",
                "--workspace",
                folder.resolve("W").toString(),
                "--split",
                "train",
                "--input",
                input.toString());
    assertThat(ended.exitCode()).as(ended.output()).isZero();
    assertThat(ended.output()).contains("4 videos → segments/split=train/batch=0: 8 segments");
  }

  @Test
  void aSparkHomeWithoutSparkIsNamed() throws Exception {
    Launcher.Ended ended =
        launcher.with("SPARK_HOME", folder.toString()).run("stats", "--workspace", "W");
    assertThat(ended.exitCode()).isEqualTo(65);
    assertThat(ended.output()).contains("where there is no bin/spark-submit");
  }

  @Test
  void anotherJavaIsRefused() throws Exception {
    Path bin = Files.createDirectories(folder.resolve("jdk/bin"));
    Path java = bin.resolve("java");
    Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Launcher.Ended ended =
        launcher
            .with("JAVA_HOME", folder.resolve("jdk").toString())
            .run("stats", "--workspace", "W");
    assertThat(ended.exitCode()).isEqualTo(65);
    assertThat(ended.output()).contains("Java 11 was found").contains("JDK 17");
  }

  @Test
  void exitCodesPassThrough() throws Exception {
    assertThat(launcher.run("--help").exitCode()).isZero();
    assertThat(launcher.run("nonsense").exitCode()).isEqualTo(64);
    Path misspelt = folder.resolve("misspelt");
    Launcher.Ended missing = launcher.run("coarse", "--workspace", misspelt.toString());
    assertThat(missing.exitCode()).isEqualTo(65);
    assertThat(missing.output())
        .contains("Cannot run 'coarse' on workspace file:")
        .contains("there is no such folder. Check --workspace;")
        .doesNotContain("\tat ");
    assertThat(misspelt).doesNotExist();
  }

  @Test
  void theDoctorFindsThisMachineFit() throws Exception {
    Launcher.Ended ended = launcher.run("doctor", "--workspace", folder.resolve("w").toString());
    assertThat(ended.exitCode()).as(ended.output()).isZero();
    assertThat(ended.output())
        .contains("ok       Java: 17")
        .contains("ok       this process: Java 17")
        .contains("CpuBackend, OMP_NUM_THREADS 1")
        .contains("can be written (it does not exist yet)");
    assertThat(folder.resolve("w")).as("only tried").doesNotExist();
  }

  @Test
  void furtherJavaOptionsReachTheEmbeddedRun() throws Exception {
    Launcher.Ended ended =
        launcher.with("C2FPL_JAVA_OPTS", "-Done=1 -Dtwo=2").run("doctor", "--dry-run");
    assertThat(ended.output()).containsSubsequence("-Xmx1g", "-Done=1", "-Dtwo=2", "doctor");
  }
}
