package org.c2fpl.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.c2fpl.endtoend.SmallFootage;
import org.c2fpl.testing.Launcher;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk that is full: the user is told where, and the same command goes on once there is space.
 */
class FullDiskIT {
  private static final String ADVICE = "Free some space there, then give the same command again";

  @TempDir static Path folder;
  private static Reference reference;
  private static SmallDisk disk;

  @BeforeAll
  static void mount() throws Exception {
    reference = Reference.get();
    disk = SmallDisk.of(24, folder.resolve("disk"));
  }

  @AfterAll
  static void unmount() throws Exception {
    disk.close();
  }

  @Test
  void theWorkspacesDiskIsFullInATaskInTrainingAndFromTheStart() throws Exception {
    Path workspace = disk.folder().resolve("w");
    String[] run = reference.footage().run(workspace, Reference.EPOCHS);

    disk.fillBut(0);
    Faults.assertRefused(Faults.launcher(folder).run(run), ADVICE);
    Soundness.assertSound(workspace);
    disk.free();

    disk.fillBut(128 << 10);
    Launcher.Ended inATask = Faults.launcher(folder).run(run);
    Faults.assertRefused(inATask, workspace.toString(), "segments/split=train", ADVICE);
    Soundness.assertSound(workspace);
    assertThat(workspace.resolve("segments")).doesNotExist();
    disk.free();

    disk.fillBut(6 << 20);
    Path output = folder.resolve("training.out");
    Process training = Faults.launcher(folder).start(output, run);
    Path second = workspace.resolve("model/_checkpoints/epoch-000002.checkpoint");
    Faults.await(training, output, () -> Files.exists(second));
    while (training.isAlive()) {
      disk.fillBut(0); // Old checkpoints that are dropped make room for new ones.
    }
    Launcher.Ended inTraining = new Launcher.Ended(Faults.end(training), Files.readString(output));
    Faults.assertRefused(inTraining, workspace.toString(), "model/_checkpoints/", ADVICE);
    assertThat(SmallFootage.runs(workspace).toString())
        .as("a record of the failed run, where there was space for one")
        .doesNotContain("internal");
    Soundness.assertSound(workspace);
    disk.free();

    Launcher.Ended ended = Faults.launcher(folder).run(run);
    assertThat(ended.exitCode()).as(ended.output()).isZero();
    assertThat(ended.output()).contains("continues after epoch ");
    reference.assertSame(workspace);
    Reference.delete(workspace);
  }

  @Test
  void theDiskOfScratchFilesIsFull() throws Exception {
    Path workspace =
        reference.copyTo(
            folder.resolve("w"), "model", "segment_scores", "detections", "evaluation", "report");
    String[] run = reference.footage().run(workspace, Reference.EPOCHS);
    Path scratch = Files.createDirectories(disk.folder().resolve("scratch"));
    disk.fillBut(96 << 10);
    Launcher.Ended refused = Faults.launcher(folder, "-Dspark.local.dir=" + scratch).run(run);
    Faults.assertRefused(refused, scratch.toString(), ADVICE);
    Soundness.assertSound(workspace);
    disk.free();

    Launcher.Ended ended = Faults.launcher(folder, "-Dspark.local.dir=" + scratch).run(run);
    assertThat(ended.exitCode()).as(ended.output()).isZero();
    reference.assertSame(workspace);
  }
}
