package org.c2fpl.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.c2fpl.testing.Launcher;
import org.c2fpl.testing.PlannedWorkspace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code plan} as a user runs it, without the jar of Spark-RAPIDS. */
class PlanIT {
  @TempDir Path folder;

  @Test
  void withoutTheJarSparksOperatorsAreShownAndNothingIsWritten() throws Exception {
    Path workspace = folder.resolve("w");
    PlannedWorkspace.ingested(workspace);
    TreeSet<String> before = files(workspace);

    Launcher.Ended ended =
        new Launcher(folder).run("plan", "--workspace", workspace.toString(), "--bootstrap", "0");

    assertThat(ended.exitCode()).as(ended.output()).isZero();
    assertThat(ended.output())
        .contains("warning: the jar of Spark-RAPIDS is not on the class path")
        .contains("com.nvidia:rapids-4-spark_2.12:25.04.0")
        .containsSubsequence(
            "stats\n",
            "segment_norms/split=test/batch=0",
            "coarse\n",
            "CPU  no query: MLlib",
            "fine\n",
            "Scan parquet",
            "train\n",
            "DeepLearning4J",
            "score\n",
            "evaluate\n",
            "per_video.csv")
        .doesNotContain("GPU  ")
        .doesNotContain("\tat ");
    assertThat(files(workspace)).isEqualTo(before);
  }

  @Test
  void aPluginThatChangesPlansOrIsNotThereEndsWith65() throws Exception {
    Path workspace = folder.resolve("empty");
    Launcher launcher =
        new Launcher(folder).with("C2FPL_JAVA_OPTS", "-Dspark.plugins=com.nvidia.spark.SQLPlugin");
    Launcher.Ended plan = launcher.run("plan", "--workspace", workspace.toString());
    assertThat(plan.exitCode()).as(plan.output()).isEqualTo(65);
    assertThat(plan.output()).contains("Give plan the jar alone, without conf/gpu.conf.");
    Launcher.Ended stats = launcher.run("stats", "--workspace", workspace.toString());
    assertThat(stats.exitCode()).as(stats.output()).isEqualTo(65);
    assertThat(stats.output()).contains("the jar of Spark-RAPIDS is not on the class path");
    assertThat(workspace).doesNotExist();
  }

  private static TreeSet<String> files(Path workspace) throws IOException {
    try (Stream<Path> all = Files.walk(workspace)) {
      return new TreeSet<>(all.map(Path::toString).toList());
    }
  }
}
