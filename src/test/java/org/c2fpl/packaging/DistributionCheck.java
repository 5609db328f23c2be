package org.c2fpl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.c2fpl.testing.Launcher;
import org.c2fpl.workspace.Json;
import org.c2fpl.workspace.Versions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive for users: its content, its licences, and that it runs where it was unpacked. */
class DistributionCheck {
  private static final Path ARCHIVE = Path.of(System.getProperty("dist.archive"));

  @TempDir static Path folder;
  private static final Map<String, TarArchiveEntry> ENTRIES = new TreeMap<>();
  private static Path installation;

  @BeforeAll
  static void unpack() throws Exception {
    String top = "c2fpl-" + Versions.program() + "/";
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new GZIPInputStream(Files.newInputStream(ARCHIVE)))) {
      for (TarArchiveEntry each = tar.getNextTarEntry(); each != null; ) {
        assertThat(each.getName()).startsWith(top);
        ENTRIES.put(each.getName().substring(top.length()), each);
        each = tar.getNextTarEntry();
      }
    }
    Process unpacking =
        new ProcessBuilder("tar", "xzf", ARCHIVE.toString(), "-C", folder.toString()).start();
    assertThat(unpacking.waitFor()).isZero();
    installation = folder.resolve(top);
  }

  @Test
  void holdsWhatRunsAndNothingToBuild() {
    assertThat(ENTRIES.keySet())
        .contains(
            "LICENSE",
            "NOTICE",
            "README.md",
            "THIRD-PARTY",
            "sbom.json",
            "conf/cluster.conf",
            "conf/log4j2.properties",
            "conf/studies/table3.yaml",
            "docs/clusters.md",
            "lib/c2fpl-spark.jar",
            "submit/airflow/dags/c2fpl_nightly.py",
            "submit/kubernetes/Dockerfile")
        .noneMatch(name -> name.matches("(src|target|logs)/.*|pom\\.xml|.*\\.(jsa|log|pyc)"));
  }

  @Test
  void theClassPathNamesTheJarsThatAreThere() throws IOException {
    String classPath = Files.readString(installation.resolve("lib/spark-classpath.txt")).strip();
    assertThat(classPath.split(":"))
        .hasSizeGreaterThan(100)
        .extracting(jar -> "lib/" + jar)
        .containsExactlyInAnyOrderElementsOf(sparksJars());
  }

  private static List<String> sparksJars() {
    return ENTRIES.keySet().stream().filter(name -> name.startsWith("lib/spark/")).toList();
  }

  /** The archive does not depend on who builds it and when. */
  @Test
  void entriesHaveOneTimeOneOwnerAndTheirModes() {
    assertThat(ENTRIES.values())
        .extracting(each -> each.getLastModifiedTime() + " " + each.getUserName())
        .containsOnly(ENTRIES.get("LICENSE").getLastModifiedTime() + " root");
    ENTRIES.forEach(
        (name, entry) ->
            assertThat(entry.getMode() & 0777)
                .as(name)
                .isEqualTo(name.equals("submit/c2fpl") || entry.isDirectory() ? 0755 : 0644));
  }

  @Test
  void everyLibraryHasALicenceAndAVersion() throws IOException {
    String thirdParty = Files.readString(installation.resolve("THIRD-PARTY"));
    List<String> listed = new ArrayList<>();
    Pattern.compile("\\([^():]+:([^():]+):([^(): ]+) - [^)]+\\)$", Pattern.MULTILINE)
        .matcher(thirdParty)
        .results()
        .forEach(library -> listed.add(library.group(1) + "-" + library.group(2)));
    TreeSet<String> billed = new TreeSet<>();
    for (JsonNode each :
        Json.MAPPER.readTree(installation.resolve("sbom.json").toFile()).path("components")) {
      billed.add(each.path("name").asText() + "-" + each.path("version").asText());
    }
    assertThat(thirdParty).doesNotContain("Unknown license");
    for (List<String> names : List.of(listed, List.copyOf(billed))) {
      assertThat(names)
          .contains("picocli-4.7.7", "echarts-5.3.1")
          .anyMatch(name -> name.startsWith("openblas-"))
          .noneMatch(name -> name.startsWith("junit"));
      // Some have a classifier after their version.
      assertThat(sparksJars())
          .allMatch(
              jar ->
                  names.stream().anyMatch(jar.substring("lib/spark/jars/".length())::startsWith));
    }
  }

  @Test
  void itRunsWhereItWasUnpacked() throws Exception {
    Launcher launcher = new Launcher(folder).with("C2FPL_NO_BUILD", "").of(installation);
    String workspace = folder.resolve("workspace").toString();
    Launcher.Ended demo = launcher.run("demo", "--epochs", "1", "--workspace", workspace);
    assertThat(demo.exitCode()).as(demo.output()).isZero();
    assertThat(demo.output()).doesNotContain("Building").contains("frame AUC");
    Launcher.Ended submitted =
        launcher.run("models", "--workspace", workspace, "--", "--master", "local[2]");
    assertThat(submitted.exitCode()).as(submitted.output()).isZero();
    assertThat(submitted.output()).contains("detector-");
    try (Stream<Path> files = Files.list(installation)) {
      assertThat(files.map(file -> file.getFileName().toString())).doesNotContain("target");
    }
  }
}
