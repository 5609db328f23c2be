package org.c2fpl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.network.util.JavaUtils;
import org.c2fpl.cli.ExitCode;
import org.c2fpl.workspace.Versions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The manifests of submit/kubernetes agree with conf/ and the program, in fields of the Spark
 * operator's v1beta2 API. Needs no cluster.
 */
class KubernetesManifestsTest {
  private static final Path FOLDER = Path.of("submit", "kubernetes");
  private static final String JOB = "run-job.yaml";

  /**
   * Fields of the API that the manifests may use; an unknown field would be dropped silently.
   * submit/kubernetes/test checks against the whole schema, which is not available here.
   */
  private static final Set<String> SPEC =
      Set.of(
          "type",
          "mode",
          "sparkVersion",
          "image",
          "imagePullPolicy",
          "mainClass",
          "mainApplicationFile",
          "arguments",
          "restartPolicy",
          "sparkConf",
          "volumes",
          "driver",
          "executor");

  private static final Set<String> DRIVER =
      Set.of(
          "cores",
          "memory",
          "memoryOverhead",
          "javaOptions",
          "env",
          "volumeMounts",
          "tolerations",
          "podSecurityContext",
          "securityContext",
          "serviceAccount");

  /** A driver has no field for the number of instances. */
  private static final Set<String> EXECUTOR = union(DRIVER, Set.of("instances"));

  @ParameterizedTest
  @CsvSource({"run-cpu.yaml, cluster.conf", "stats-gpu.yaml, gpu.conf"})
  void applicationsHaveTheSettingsOfTheirProfile(String manifest, String profile)
      throws IOException {
    Map<String, String> expected = profile(profile);
    // The operator submits only to Kubernetes, and no folder for event logs is set.
    expected
        .keySet()
        .removeIf(key -> key.startsWith("spark.yarn.") || key.startsWith("spark.eventLog."));
    Map<String, String> found = settings(manifest);
    assertThat(found).containsAllEntriesOf(expected);
    // Left open by the profile: sizes of this cluster, and where to find a GPU.
    found.keySet().removeAll(expected.keySet());
    assertThat(found.keySet())
        .isSubsetOf(
            "spark.driver.cores",
            "spark.driver.memory",
            "spark.driverEnv.OMP_NUM_THREADS",
            "spark.executor.instances",
            "spark.executor.resource.gpu.vendor",
            "spark.executor.resource.gpu.discoveryScript");
  }

  /** The settings of an application as Spark properties. */
  private static Map<String, String> settings(String manifest) throws IOException {
    Map<String, Object> spec = child(documents(manifest).get(0), "spec");
    Map<String, String> settings = new TreeMap<>();
    if (spec.containsKey("sparkConf")) {
      child(spec, "sparkConf").forEach((key, value) -> settings.put(key, (String) value));
    }
    for (String role : List.of("driver", "executor")) {
      Map<String, Object> pod = child(spec, role);
      Map.of(
              "cores", "cores",
              "memory", "memory",
              "memoryOverhead", "memoryOverhead",
              "instances", "instances",
              "javaOptions", "extraJavaOptions")
          .forEach(
              (field, key) -> {
                if (pod.containsKey(field)) {
                  settings.put("spark." + role + "." + key, String.valueOf(pod.get(field)));
                }
              });
      for (Map<String, Object> variable : children(pod, "env")) {
        settings.put(
            "spark." + role + "Env." + variable.get("name"), String.valueOf(variable.get("value")));
      }
    }
    return settings;
  }

  @ParameterizedTest
  @CsvSource({"run-cpu.yaml, 3.5.9", "stats-gpu.yaml, 3.5.5"})
  void applicationsAreOfTheOperatorsApi(String manifest, String sparkVersion) throws IOException {
    Map<String, Object> application = documents(manifest).get(0);
    assertThat(application)
        .containsEntry("apiVersion", "sparkoperator.k8s.io/v1beta2")
        .containsEntry("kind", "SparkApplication");
    Map<String, Object> spec = child(application, "spec");
    assertThat(SPEC).containsAll(spec.keySet());
    assertThat(DRIVER).containsAll(child(spec, "driver").keySet());
    assertThat(EXECUTOR).containsAll(child(spec, "executor").keySet());
    assertThat(spec)
        .containsEntry("type", "Java")
        .containsEntry("mode", "cluster")
        .containsEntry("sparkVersion", sparkVersion)
        .containsEntry("mainApplicationFile", "local:///opt/c2fpl/c2fpl-spark.jar");
    assertThat((String) spec.get("image")).startsWith("c2fpl-spark:" + Versions.program());
    // It cannot distinguish exit codes.
    assertThat(child(spec, "restartPolicy")).isEqualTo(Map.of("type", "Never"));
  }

  @Test
  void memoryOfAContainerHoldsWhatNd4jMayTake() throws IOException {
    Map<String, String> conf = profile("cluster.conf");
    for (String role : List.of("driver", "executor")) {
      Matcher options =
          Pattern.compile("maxphysicalbytes=(\\w+)")
              .matcher(conf.get("spark." + role + ".extraJavaOptions"));
      assertThat(options.find()).isTrue();
      assertThat(
              JavaUtils.byteStringAsMb(conf.get("spark." + role + ".memory"))
                  + JavaUtils.byteStringAsMb(conf.get("spark." + role + ".memoryOverhead")))
          .as(role)
          .isEqualTo(JavaUtils.byteStringAsMb(options.group(1)));
    }
  }

  @Test
  void theJobRetriesByExitCode() throws IOException {
    Map<String, Object> spec = child(documents(JOB).get(0), "spec");
    Map<String, Object> failing = children(child(spec, "podFailurePolicy"), "rules").get(0);
    assertThat(failing).containsEntry("action", "FailJob");
    assertThat(child(failing, "onExitCodes"))
        .containsEntry("operator", "In")
        .containsEntry("values", List.of(ExitCode.USAGE, ExitCode.DATA, ExitCode.INTERNAL));
    Map<String, Object> pod = child(child(spec, "template"), "spec");
    // A policy on failed pods needs this.
    assertThat(pod).containsEntry("restartPolicy", "Never");
    Map<String, Object> driver = children(pod, "containers").get(0);
    assertThat(child(failing, "onExitCodes")).containsEntry("containerName", driver.get("name"));
    assertThat(driver).containsEntry("image", "c2fpl-spark:" + Versions.program());
    Map<String, String> conf = profile("cluster.conf");
    assertThat(driver.toString()).contains("--properties-file=/opt/c2fpl/conf/cluster.conf");
    assertThat(child(child(driver, "resources"), "limits"))
        .containsEntry(
            "memory",
            (JavaUtils.byteStringAsGb(conf.get("spark.driver.memory"))
                    + JavaUtils.byteStringAsGb(conf.get("spark.driver.memoryOverhead")))
                + "Gi");
  }

  @Test
  void theImageIsOfTheSparkThatTheProgramIsBuiltFor() throws IOException {
    String dockerfile = Files.readString(FOLDER.resolve("Dockerfile"));
    assertThat(dockerfile)
        .contains("ARG SPARK=" + Versions.all().get("spark") + "\n")
        .contains("FROM apache/spark:${SPARK}-scala2.12-java17-ubuntu ")
        .contains("--target gpu --build-arg SPARK=3.5.5 ")
        .contains("-t c2fpl-spark:" + Versions.program() + " .")
        .contains("USER 185\n");
    assertThat(Files.readString(Path.of("conf", "gpu.conf")))
        .contains("rapids-4-spark_2.12:25.04.0");
    assertThat(dockerfile).contains("/rapids-4-spark_2.12-25.04.0.jar /opt/spark/jars/");
  }

  private static Set<String> union(Set<String> some, Set<String> others) {
    Set<String> union = new HashSet<>(some);
    union.addAll(others);
    return union;
  }

  private static Map<String, String> profile(String name) throws IOException {
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(Path.of("conf", name))) {
      properties.load(in);
    }
    Map<String, String> profile = new TreeMap<>();
    properties.forEach((key, value) -> profile.put((String) key, ((String) value).strip()));
    return profile;
  }

  private static List<Map<String, Object>> documents(String manifest) throws IOException {
    List<Map<String, Object>> documents = new ArrayList<>();
    try (Reader in = Files.newBufferedReader(FOLDER.resolve(manifest))) {
      new Yaml(new SafeConstructor(new LoaderOptions()))
          .loadAll(in)
          .forEach(document -> documents.add(map(document)));
    }
    return documents;
  }

  private static Map<String, Object> child(Map<String, Object> parent, String field) {
    assertThat(parent).containsKey(field);
    return map(parent.get(field));
  }

  private static List<Map<String, Object>> children(Map<String, Object> parent, String field) {
    List<Map<String, Object>> children = new ArrayList<>();
    if (parent.get(field) instanceof List<?> list) {
      list.forEach(each -> children.add(map(each)));
    }
    return children;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object value) {
    return (Map<String, Object>) value;
  }
}
