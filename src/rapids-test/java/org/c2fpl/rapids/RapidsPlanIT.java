package org.c2fpl.rapids;

import static org.assertj.core.api.Assertions.assertThat;

import com.nvidia.spark.RapidsUDF;
import java.nio.file.Path;
import org.c2fpl.testing.Launcher;
import org.c2fpl.testing.PlannedWorkspace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code plan} as a user runs it: the packaged jar, and that of Spark-RAPIDS by {@code --jars}. */
class RapidsPlanIT {
  @TempDir Path folder;

  @Test
  void theNormIsForTheGpuAndEveryStageIsTold() throws Exception {
    Path workspace = folder.resolve("w");
    PlannedWorkspace.ingested(workspace);
    Path rapids =
        Path.of(RapidsUDF.class.getProtectionDomain().getCodeSource().getLocation().toURI());

    Launcher.Ended ended =
        new Launcher(folder)
            .with("C2FPL_JAVA_OPTS", "-XX:TieredStopAtLevel=1")
            .run(
                "plan",
                "--workspace",
                workspace.toString(),
                "--",
                "--jars",
                rapids.toString(),
                "--conf",
                "spark.ui.enabled=false",
                "--conf",
                "spark.driver.bindAddress=127.0.0.1",
                "--conf",
                "spark.driver.host=127.0.0.1");

    assertThat(ended.exitCode()).as(ended.output()).isZero();
    assertThat(ended.output())
        .containsSubsequence(
            "stats\n",
            "segment_norms",
            "GPU  ProjectExec",
            "GPU    FileSourceScanExec",
            "video_stats",
            "coarse\n",
            "fine\n",
            "train\n",
            "score\n",
            "evaluate\n")
        .doesNotContain("warning:");
  }
}
