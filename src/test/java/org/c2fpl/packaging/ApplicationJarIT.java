package org.c2fpl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is in the jar that users submit, and what must not be. */
class ApplicationJarIT {
  private static final Path JAR = Path.of("target", "c2fpl-spark.jar");
  private static List<String> entries;
  private static String mainClass;

  @BeforeAll
  static void open() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      entries = jar.stream().map(entry -> entry.getName()).toList();
      mainClass = jar.getManifest().getMainAttributes().getValue("Main-Class");
    }
  }

  @Test
  void holdsTheApplicationAndTheDetectorsLibraries() {
    assertThat(mainClass).isEqualTo("org.c2fpl.cli.Main");
    assertThat(entries)
        .contains(
            "org/c2fpl/cli/Main.class",
            "org/c2fpl/versions.properties",
            "org/deeplearning4j/spark/impl/graph/SparkComputationGraph.class",
            "org/nd4j/linalg/cpu/nativecpu/CpuBackend.class",
            "picocli/CommandLine.class",
            "META-INF/services/org.nd4j.linalg.factory.Nd4jBackend");
    assertThat(entries).anyMatch(name -> name.matches("org/nd4j/.*/libnd4jcpu\\.(so|dylib)"));
  }

  /** The page is made where nothing can be fetched, and the library's licences go with it. */
  @Test
  void holdsWhatTheReportInlinesAndNothingElseOfTheWebJar() {
    assertThat(entries)
        .contains(
            "org/c2fpl/report/page/echarts.min.js",
            "org/c2fpl/report/page/echarts.LICENSE",
            "org/c2fpl/report/page/echarts.LICENSE-d3",
            "org/c2fpl/report/page/echarts.NOTICE",
            "org/c2fpl/report/page/report.css",
            "org/c2fpl/report/page/report.js")
        .noneMatch(name -> name.contains("webjars"));
  }

  @Test
  void leavesToTheClusterWhatTheClusterHas() {
    assertThat(entries)
        // DL4J brings its own helper in Spark's package.
        .noneMatch(name -> name.matches("org/apache/spark/(?!TaskContextHelper).*\\.class"))
        .noneMatch(name -> name.startsWith("org/apache/hadoop/"))
        .noneMatch(name -> name.startsWith("org/apache/parquet/"))
        .noneMatch(name -> name.startsWith("org/apache/logging/"))
        .noneMatch(name -> name.startsWith("org/slf4j/"))
        .noneMatch(name -> name.startsWith("com/fasterxml/jackson/"))
        .noneMatch(name -> name.startsWith("com/google/common/"))
        .noneMatch(name -> name.startsWith("com/google/protobuf/"))
        .noneMatch(name -> name.startsWith("com/nvidia/"))
        .noneMatch(name -> name.startsWith("scala/"));
  }

  @Test
  void relocatesWhatClustersHaveInOtherVersions() {
    assertThat(entries)
        .noneMatch(name -> name.startsWith("it/unimi/dsi/"))
        .noneMatch(name -> name.startsWith("com/tdunning/"))
        .noneMatch(name -> name.startsWith("com/typesafe/"))
        .noneMatch(name -> name.startsWith("com/google/flatbuffers/"))
        .noneMatch(name -> name.startsWith("org/apache/commons/"))
        .noneMatch(name -> name.startsWith("org/yaml/"))
        .contains("org/c2fpl/shaded/com/fasterxml/jackson/dataformat/yaml/YAMLFactory.class")
        .anyMatch(name -> name.startsWith("org/c2fpl/shaded/"));
  }

  @Test
  void hasNoUnknownTopLevelPackages() {
    TreeSet<String> packages = new TreeSet<>();
    for (String entry : entries) {
      if (entry.endsWith(".class") && !entry.startsWith("META-INF/")) {
        String[] parts = entry.split("/", 3);
        packages.add(parts[0] + (parts.length > 2 ? "/" + parts[1] : ""));
      }
    }
    packages.removeIf(name -> name.startsWith("oshi/") || name.startsWith("tensorflow/"));
    assertThat(packages)
        .containsExactlyInAnyOrder(
            "com/jakewharton",
            "com/sun",
            "net/ericaro",
            "onnx",
            "org/apache",
            "org/bytedeco",
            "org/c2fpl",
            "org/datavec",
            "org/deeplearning4j",
            "org/eclipse",
            "org/nd4j",
            "org/tensorflow",
            "oshi",
            "picocli",
            "tensorflow");
  }

  @Test
  void noSignaturesOfOthersSurvive() {
    assertThat(entries).noneMatch(name -> name.matches("META-INF/[^/]*\\.(SF|DSA|RSA)"));
  }

  @Test
  void theSparkClassPathNamesFilesThatAreThere() throws IOException {
    String classPath = Files.readString(Path.of("target", "spark-classpath.txt")).strip();
    List<String> files = List.of(classPath.split(File.pathSeparator, -1));
    assertThat(files).allMatch(file -> Files.exists(Path.of(file)));
    assertThat(files).noneMatch(file -> file.contains("nd4j") || file.contains("deeplearning4j"));
    try (Stream<String> names = files.stream()) {
      assertThat(names.distinct().count()).isEqualTo(files.size());
    }
  }

  /** Other versions would be tried here and others met in a cluster; some have known holes. */
  @Test
  void theSparkClassPathIsThatOfSparksDistribution() throws IOException {
    List<String> distribution;
    try (InputStream lines = getClass().getResourceAsStream("spark-3.5.9-jars.txt")) {
      distribution =
          new String(lines.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.startsWith("#") && !line.startsWith("- "))
              .toList();
    }
    String classPath = Files.readString(Path.of("target", "spark-classpath.txt")).strip();
    assertThat(classPath.split(File.pathSeparator, -1))
        .extracting(file -> Path.of(file).getFileName().toString())
        .containsExactlyInAnyOrderElementsOf(distribution);
  }
}
