package org.c2fpl.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.c2fpl.testing.Launcher;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The archive of loaded classes, which the build made for these tests: used if it exists, and never
 * an obstacle. The tests damage a copy of the installation.
 */
class LauncherArchiveIT {
  private static final String ARCHIVE = "target/c2fpl.jsa";

  @TempDir Path folder;
  private Launcher launcher;

  @BeforeEach
  void create() {
    launcher = new Launcher(folder);
  }

  @Test
  void classesComeFromTheArchive() throws Exception {
    Launcher.Ended ended =
        launcher
            .with("C2FPL_JAVA_OPTS", "-Xshare:on -Xlog:class+load")
            .run("coarse", "--workspace", folder.resolve("empty").toString());
    assertThat(ended.exitCode()).isEqualTo(65);
    assertThat(ended.output().lines())
        .anyMatch(line -> line.contains(" org.c2fpl.cli.Main ") && line.endsWith("(top)"))
        .anyMatch(line -> line.contains("spark.SparkContext ") && line.endsWith("(top)"))
        .anyMatch(line -> line.contains("sql.SparkSession ") && line.endsWith("(top)"));
  }

  @Test
  void theSwitchTurnsItOff() throws Exception {
    assertThat(launcher.run("stats", "--dry-run").output()).contains("-XX:SharedArchiveFile=");
    launcher.with("C2FPL_CDS", "off");
    assertThat(launcher.run("stats", "--dry-run").output()).doesNotContain("SharedArchiveFile");
    Launcher.Ended wrong = launcher.with("C2FPL_CDS", "perhaps").run("stats", "--dry-run");
    assertThat(wrong.exitCode()).isEqualTo(64);
    assertThat(wrong.output()).contains("it is none of auto, make, off");
  }

  @Test
  void anArchiveThatDoesNotFitIsMetInSilence() throws Exception {
    Path installation = installation();
    Path jar = installation.resolve("target/c2fpl-spark.jar");
    Files.createSymbolicLink(installation.resolve(ARCHIVE), Path.of(ARCHIVE).toAbsolutePath());
    Files.setLastModifiedTime(
        jar, FileTime.from(Files.getLastModifiedTime(jar).toInstant().minusSeconds(60)));
    assertItRunsAsEver();

    Files.delete(installation.resolve(ARCHIVE));
    Files.writeString(installation.resolve(ARCHIVE), "garbage");
    assertItRunsAsEver();
  }

  @Test
  void whatCannotBeMadeIsSaidAndLeavesNothing() throws Exception {
    Path installation = installation();
    Files.writeString(installation.resolve("target/c2fpl-spark.jar"), "no jar");
    Launcher.Ended ended = launcher.with("C2FPL_CDS", "make").run();
    assertThat(ended.exitCode()).isEqualTo(70);
    assertThat(ended.output()).contains("error: Cannot make ", "the run that loads the classes");
    try (Stream<Path> files = Files.list(installation.resolve("target"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("c2fpl-spark.jar", "spark", "spark-classpath.txt");
    }
  }

  /** Copies the installation; the launcher then runs from the copy. */
  private Path installation() throws IOException {
    Path installation = folder.resolve("installation");
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
    launcher.of(installation);
    return installation;
  }

  /** Both streams together hold the message of a missing workspace and nothing else. */
  private void assertItRunsAsEver() throws Exception {
    assertThat(launcher.run("stats", "--dry-run").output()).contains("-XX:SharedArchiveFile=");
    Launcher.Ended ended =
        launcher.run("coarse", "--workspace", folder.resolve("empty").toString());
    assertThat(ended.exitCode()).isEqualTo(65);
    assertThat(ended.output().lines()).as(ended.output()).hasSize(1);
    assertThat(ended.output()).startsWith("error: Cannot run 'coarse' on workspace ");
  }
}
