package org.c2fpl.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.c2fpl.testing.Launcher;
import org.c2fpl.testing.StandaloneCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run on a real cluster gives the rows and the parameters of a local one. */
class ClusterIT {
  @TempDir Path folder;

  @Test
  void aClusterGivesWhatOneMachineGives() throws Exception {
    SmallFootage footage = SmallFootage.write(folder.resolve("footage"));
    Launcher launcher = new Launcher(folder);
    Path local = folder.resolve("local");
    Path distributed = folder.resolve("distributed");

    Launcher.Ended onOneMachine = launcher.run(footage.run(local, "--epochs", "4"));
    assertThat(onOneMachine.exitCode()).as(onOneMachine.output()).isZero();

    try (StandaloneCluster cluster = new StandaloneCluster(folder, 2)) {
      List<String> arguments = new ArrayList<>(List.of("--epochs", "4"));
      arguments.addAll(cluster.submission(2));
      arguments.addAll(List.of("--conf", "spark.sql.shuffle.partitions=5"));
      Launcher.Ended onTheCluster =
          launcher.run(footage.run(distributed, arguments.toArray(String[]::new)));
      assertThat(onTheCluster.exitCode()).as(onTheCluster.output()).isZero();
    }

    assertThat(SmallFootage.parameterHash(distributed))
        .hasSize(64)
        .isEqualTo(SmallFootage.parameterHash(local));
    assertThat(SmallFootage.rows(distributed)).isEqualTo(SmallFootage.rows(local));
    assertThat(SmallFootage.metrics(distributed).path("frame_auc"))
        .isEqualTo(SmallFootage.metrics(local).path("frame_auc"));
  }
}
