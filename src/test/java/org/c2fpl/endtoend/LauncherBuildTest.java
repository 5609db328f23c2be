package org.c2fpl.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.c2fpl.testing.Launcher.Ended;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * When the launcher builds, and where it writes, on an installation with fake Maven and Java shell
 * scripts, whose arguments are checked.
 */
class LauncherBuildTest {
  private static final String MAVEN =
      """
      #!/bin/sh
      echo built >> "$MAVEN_CALLS"
      sleep 0.5
      printf '\\033[0m\\033[0m'
      mkdir -p target/spark/jars
      touch target/c2fpl-spark.jar target/spark/jars/a.jar target/spark/jars/b.jar
      printf /repository/of/someone/a.jar:/else/b.jar > target/spark-classpath.txt
      find pom.xml src/main -type f | LC_ALL=C sort | xargs cksum | cksum > target/build-stamp
      """;

  @TempDir Path folder;
  private Path installation;

  @BeforeEach
  void install() throws IOException {
    installation = Files.createDirectories(folder.resolve("c2fpl"));
    Files.createDirectories(installation.resolve("submit"));
    Files.copy(
        Path.of("submit/c2fpl"),
        installation.resolve("submit/c2fpl"),
        StandardCopyOption.COPY_ATTRIBUTES);
    Files.createDirectories(installation.resolve("src/main"));
    Files.writeString(installation.resolve("src/main/A.java"), "class A {}");
    Files.writeString(installation.resolve("pom.xml"), "<project/>");
    Files.createDirectories(folder.resolve("tmp"));
    Files.createDirectories(folder.resolve("tools"));
    Files.createDirectories(folder.resolve("java/bin"));
    script(
        folder.resolve("java/bin/java"),
        "#!/bin/sh\n"
            + "if [ $1 = -version ]; then echo 'openjdk version \"17.0.1\"'; else echo \"java $*\";"
            + " fi\n");
    script(folder.resolve("maven/mvn"), MAVEN);
  }

  /** JUnit warns of links out of a temporary folder when it deletes the folder. */
  @AfterEach
  void removeLinks() throws IOException {
    for (String place : List.of("tools", "tmp")) {
      try (var files = Files.walk(folder.resolve(place))) {
        for (Path link : files.filter(Files::isSymbolicLink).toList()) {
          Files.delete(link);
        }
      }
    }
  }

  @Test
  void ofTwoThatStartAtOnceOneBuilds() throws Exception {
    Process first = start(installation, true);
    Process second = start(installation, true);
    for (Process each : List.of(first, second)) {
      Ended ended = ended(each);
      assertThat(ended.exitCode()).as(ended.output()).isZero();
      assertThat(ended.output())
          .contains("java ", "org.c2fpl.cli.Main stats")
          .as("colour codes, although there is no terminal")
          .doesNotContain("\033");
    }
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void aBuildIsGoodByContentWhereverItIsCopiedTo() throws Exception {
    assertThat(ended(start(installation, true)).exitCode()).isZero();
    Path copy = folder.resolve("copy");
    assertThat(new ProcessBuilder("cp", "-r", installation.toString(), copy.toString()).start())
        .satisfies(cp -> assertThat(cp.waitFor()).isZero());
    Files.setLastModifiedTime(
        copy.resolve("src/main/A.java"),
        java.nio.file.attribute.FileTime.fromMillis(System.currentTimeMillis() + 60_000));
    Ended copied = ended(start(copy, true));
    assertThat(copied.output())
        .as("the copy's own jars, in their order")
        .contains(
            "-cp "
                + copy
                + "/target/c2fpl-spark.jar:"
                + copy
                + "/target/spark/jars/a.jar:"
                + copy
                + "/target/spark/jars/b.jar org.c2fpl.cli.Main stats");
    assertThat(builds()).isEqualTo(1);
    assertThat(ended(start(copy, false)).exitCode()).as("without Maven").isZero();

    Files.writeString(copy.resolve("src/main/A.java"), "class B {}");
    Ended without = ended(start(copy, false));
    assertThat(without.exitCode()).isEqualTo(65);
    assertThat(without.output()).contains("Maven was not found");
    assertThat(ended(start(copy, true)).exitCode()).isZero();
    assertThat(builds()).isEqualTo(2);

    Files.delete(copy.resolve("target/spark/jars/a.jar"));
    Ended spoilt = ended(start(copy, true));
    assertThat(spoilt.exitCode()).isEqualTo(65);
    assertThat(spoilt.output()).contains("a.jar does not exist or cannot be read");
  }

  @Test
  void aDistributionHasInLibWhatABuildHasInTarget() throws Exception {
    Path unpacked = folder.resolve("unpacked");
    Files.createDirectories(unpacked.resolve("submit"));
    Files.createDirectories(unpacked.resolve("lib"));
    Files.copy(
        Path.of("submit/c2fpl"),
        unpacked.resolve("submit/c2fpl"),
        StandardCopyOption.COPY_ATTRIBUTES);
    Files.createFile(unpacked.resolve("lib/c2fpl-spark.jar"));
    Files.writeString(unpacked.resolve("lib/spark-classpath.txt"), "spark/jars/a.jar");
    Ended without = ended(start(unpacked, true));
    assertThat(without.exitCode()).isEqualTo(65);
    assertThat(without.output())
        .contains(
            unpacked + "/lib/spark/jars/a.jar does not exist or cannot be read", "set SPARK_HOME");

    Files.createDirectories(unpacked.resolve("lib/spark/jars"));
    Files.createFile(unpacked.resolve("lib/spark/jars/a.jar"));
    assertThat(ended(start(unpacked, true)).output())
        .contains(
            "-cp %1$s/lib/c2fpl-spark.jar:%1$s/lib/spark/jars/a.jar org.c2fpl.cli.Main stats"
                .formatted(unpacked));
    assertThat(folder.resolve("calls")).as("calls of Maven").doesNotExist();
  }

  @Test
  void withSparkHomeOnlyTheProgramsOwnJarHasToBeThere() throws Exception {
    Files.createDirectories(installation.resolve("lib"));
    Files.createFile(installation.resolve("lib/c2fpl-spark.jar"));
    Files.delete(installation.resolve("src/main/A.java"));
    Files.delete(installation.resolve("src/main"));
    script(folder.resolve("spark/bin/spark-submit"), "#!/bin/sh\necho submitted $*\n");
    Ended ended = ended(start(installation, false, Map.of("SPARK_HOME", folder + "/spark")));
    assertThat(ended.exitCode()).as(ended.output()).isZero();
    assertThat(ended.output()).contains("submitted --class", "/lib/c2fpl-spark.jar stats");
  }

  /** The launcher knows what Maven built only by this line, which both have. */
  @Test
  void theBuildsStampIsTheLaunchers() throws IOException {
    String line = "find pom.xml src/main -type f | LC_ALL=C sort | xargs cksum | cksum";
    assertThat(Path.of("submit/c2fpl")).content().contains(line);
    assertThat(Path.of("pom.xml")).content().contains(line + " > target/build-stamp");
  }

  /** A user who guesses the name of a folder in a shared place could put a link there. */
  @Test
  void noFolderThatOthersCanForeseeIsWrittenTo() throws Exception {
    Files.writeString(installation.resolve("logs"), "no folder");
    Path others = Files.createDirectories(folder.resolve("others"));
    Path temporary = folder.resolve("tmp");
    Object user = Files.getAttribute(folder, "unix:uid");
    Files.createSymbolicLink(temporary.resolve("c2fpl-logs-" + user), others);
    Ended ended = ended(start(installation, true));
    assertThat(ended.exitCode()).as(ended.output()).isZero();
    assertThat(ended.output())
        .containsPattern("-Dc2fpl.log=" + temporary + "/c2fpl-\\d+T\\d+Z-\\w{8} ");
    assertThat(others).isEmptyDirectory();
    assertThat(Path.of("submit/c2fpl")).content().doesNotContain("$(id -u)");
  }

  private long builds() throws IOException {
    return Files.readAllLines(folder.resolve("calls")).size();
  }

  /** Starts {@code stats}, with Maven on the path or without. */
  private Process start(Path launched, boolean maven) throws IOException {
    return start(launched, maven, Map.of());
  }

  private Process start(Path launched, boolean maven, Map<String, String> environment)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(launched.resolve("submit/c2fpl").toString(), "stats")
            .redirectErrorStream(true);
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.matches("SPARK_HOME|C2FPL_.*|.*_CONF_DIR"));
    builder.environment().put("JAVA_HOME", folder.resolve("java").toString());
    builder.environment().put("TMPDIR", folder.resolve("tmp").toString());
    builder.environment().put("MAVEN_CALLS", folder.resolve("calls").toString());
    builder.environment().put("PATH", (maven ? folder.resolve("maven") + ":" : "") + tools());
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** The path of a shell script, without the machine's own Maven. */
  private String tools() throws IOException {
    Path tools = folder.resolve("tools");
    if (!Files.exists(tools.resolve("sh"))) {
      List<String> needed =
          new ArrayList<>(List.of("bash", "sh", "cat", "cksum", "date", "dirname"));
      needed.addAll(List.of("find", "flock", "head", "id", "locale", "mkdir", "mktemp", "printf"));
      needed.addAll(List.of("readlink", "rmdir", "sed", "sleep", "sort", "stty", "tail", "touch"));
      needed.addAll(List.of("tr", "uname", "xargs", "grep", "env"));
      for (String tool : needed) {
        for (String place : List.of("/usr/bin/", "/bin/")) {
          Path real = Path.of(place + tool);
          if (Files.exists(real) && !Files.exists(tools.resolve(tool))) {
            Files.createSymbolicLink(tools.resolve(tool), real);
          }
        }
      }
    }
    return tools.toString();
  }

  private static Ended ended(Process process) throws Exception {
    String output =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return new Ended(process.exitValue(), output);
  }

  private static void script(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }
}
