package org.c2fpl.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.c2fpl.testing.Launcher;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The archive of loaded classes: made once, used from then on, and never in the way. On a copy of
 * the installation, because making it takes a while and files are spoiled. The last test spoils the
 * archive for good.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LauncherArchiveIT {
  @TempDir static Path installation;
  private static Path jar;
  private static Path archive;

  @TempDir Path folder;
  private Launcher launcher;

  @BeforeAll
  static void install(@TempDir Path logs) throws Exception {
    for (String file :
        List.of(
            "submit/c2fpl",
            "conf/log4j2.properties",
            "target/c2fpl-spark.jar",
            "target/spark-classpath.txt")) {
      Path copy = installation.resolve(file);
      Files.createDirectories(copy.getParent());
      Files.copy(Path.of(file), copy, StandardCopyOption.COPY_ATTRIBUTES);
    }
    Files.createSymbolicLink(
        installation.resolve("target/spark"), Path.of("target/spark").toAbsolutePath());
    jar = installation.resolve("target/c2fpl-spark.jar");
    Launcher.Ended first =
        new Launcher(logs)
            .of(installation)
            .with("C2FPL_CDS", "auto")
            .run("coarse", "--workspace", logs.resolve("empty").toString());
    assertThat(first.exitCode()).isEqualTo(65);
    assertThat(first.output().lines()).as(first.output()).hasSize(1);
    waitForTheBackground();
    assertThat(archives()).as("the archive, and nothing of its making").hasSize(1);
    archive = archives().get(0);
    assertThat(archive.toString()).endsWith(".jsa");
  }

  @BeforeEach
  void create() {
    launcher = new Launcher(folder).of(installation).with("C2FPL_CDS", "auto");
  }

  @Test
  @Order(1)
  void classesComeFromTheArchive() throws Exception {
    FileTime made = Files.getLastModifiedTime(archive);
    Launcher.Ended ended =
        launcher
            .with("C2FPL_CDS", "wait")
            .with("C2FPL_JAVA_OPTS", "-Xshare:on -Xlog:class+load")
            .run("coarse", "--workspace", folder.resolve("empty").toString());
    assertThat(ended.exitCode()).isEqualTo(65);
    assertThat(ended.output().lines())
        .anyMatch(line -> line.contains(" org.c2fpl.cli.Main ") && line.endsWith("(top)"))
        .anyMatch(line -> line.contains("spark.SparkContext ") && line.endsWith("(top)"))
        .anyMatch(line -> line.contains("sql.SparkSession ") && line.endsWith("(top)"));
    assertThat(Files.getLastModifiedTime(archive)).as("it is made once").isEqualTo(made);
    assertThat(archives()).containsExactly(archive);
  }

  @Test
  @Order(1)
  void theSwitchTurnsItOff() throws Exception {
    assertThat(launcher.run("stats", "--dry-run").output()).contains("-XX:SharedArchiveFile=");
    launcher.with("C2FPL_CDS", "off");
    assertThat(launcher.run("stats", "--dry-run").output()).doesNotContain("SharedArchiveFile");
    Launcher.Ended wrong = launcher.with("C2FPL_CDS", "perhaps").run("stats", "--dry-run");
    assertThat(wrong.exitCode()).isEqualTo(64);
    assertThat(wrong.output()).contains("it is none of auto, wait, off");
  }

  @Test
  @Order(1)
  void anotherRunsMakingIsLeftAlone() throws Exception {
    Path making = Files.createDirectory(Path.of(archive + ".making"));
    Path elsewhere = Files.move(archive, installation.resolve("elsewhere"));
    try {
      assertThat(launcher.with("C2FPL_CDS", "wait").run("--version").exitCode()).isZero();
      assertThat(archive).doesNotExist();
      assertThat(making).isEmptyDirectory();
    } finally {
      Files.move(elsewhere, archive);
      Files.delete(making);
    }
  }

  @Test
  @Order(1)
  void anOlderArchiveIsNotUsed() throws Exception {
    FileTime made = Files.getLastModifiedTime(archive);
    Files.setLastModifiedTime(archive, FileTime.from(Instant.EPOCH));
    try {
      assertThat(launcher.run("stats", "--dry-run").output()).doesNotContain("SharedArchiveFile");
    } finally {
      Files.setLastModifiedTime(archive, made);
    }
  }

  @Test
  @Order(1)
  void aTouchedJarIsMetInSilence() throws Exception {
    FileTime built = Files.getLastModifiedTime(jar);
    Files.setLastModifiedTime(jar, FileTime.from(built.toInstant().minusSeconds(60)));
    try {
      assertThat(launcher.run("stats", "--dry-run").output()).contains("-XX:SharedArchiveFile=");
      assertItRunsAsEver();
    } finally {
      Files.setLastModifiedTime(jar, built);
    }
  }

  @Test
  @Order(2)
  void garbageIsMetInSilence() throws Exception {
    Files.delete(archive);
    Files.writeString(archive, "garbage");
    assertThat(launcher.run("stats", "--dry-run").output()).contains("-XX:SharedArchiveFile=");
    assertItRunsAsEver();
  }

  /** One archive, finished; how long that takes says nothing. */
  private static void waitForTheBackground() throws Exception {
    Instant end = Instant.now().plus(Duration.ofMinutes(15));
    while (archives().size() != 1 || !archives().get(0).toString().endsWith(".jsa")) {
      assertThat(Instant.now()).as("found: " + archives()).isBefore(end);
      Thread.sleep(500);
    }
  }

  /** Both streams together hold the message of a missing workspace and nothing else. */
  private void assertItRunsAsEver() throws Exception {
    Launcher.Ended ended =
        launcher.run("coarse", "--workspace", folder.resolve("empty").toString());
    assertThat(ended.exitCode()).isEqualTo(65);
    assertThat(ended.output().lines()).as(ended.output()).hasSize(1);
    assertThat(ended.output()).startsWith("error: Cannot run 'coarse' on workspace ");
  }

  /** The archives, and folders in which one is made. */
  private static List<Path> archives() throws IOException {
    try (Stream<Path> files = Files.list(installation.resolve("target"))) {
      return files.filter(file -> file.toString().contains(".jsa")).toList();
    }
  }
}
