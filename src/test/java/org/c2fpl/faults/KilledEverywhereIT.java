package org.c2fpl.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.c2fpl.endtoend.SmallFootage;
import org.c2fpl.testing.Fixtures;
import org.c2fpl.testing.Launcher;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The driver dies by SIGKILL in every write of a run and at the ends of its stages; the same
 * command goes on each time, and ends with what a run that nothing disturbed has.
 */
class KilledEverywhereIT {
  /**
   * Where it dies, see {@link KillingFileSystem}, in the order of a run: each run goes on from what
   * the one before left.
   */
  private static final List<String> DEATHS =
      List.of(
          // ingest: in a task's file, in a manifest, before and behind the record of what to move
          "after,write,segments/split=train/batch=0/_temporary,2",
          "after,write,videos/split=train/batch=0/_manifest.json,1",
          "before,rename,/_commit.json>,1",
          "after,rename,/_commit.json>,1",
          // one of three folders moved in; all of one, and the staging folder still there
          "after,rename,segments/split=test/batch=0>,1",
          "after,rename,annotations>,1",
          "after,write,video_stats/split=train/batch=0/_temporary,1",
          // taking over a dead run's lock: before it is replaced, and the takeover still there
          "before,rename,/_lock.json>,1",
          "after,rename,/_lock.json>,1",
          "after,create,coarse_labels/_manifest.json,1",
          // one of two folders moved in
          "after,rename,null_model>,1",
          // training: in a checkpoint, behind one, in every file of the model, at its end
          "after,write,_epoch-000003.checkpoint.tmp,2",
          "after,rename,/epoch-000005.checkpoint>,1",
          "after,create,_coefficients.tmp,1",
          "before,create,_detector.json.tmp,1",
          "after,rename,/detector.json>,1",
          "before,delete,_checkpoints>,1",
          "after,write,segment_scores/split=test/batch=0/_temporary,1",
          "after,rename,segment_scores/split=test/batch=0>,1",
          "after,write,evaluation/roc.csv,1",
          "after,rename,evaluation>,1",
          "after,create,report/index.html,1",
          // the record of the run; the lock of a run that is done
          "after,create,_runs/,1",
          "before,delete,/_lock.json>,1");

  @TempDir Path folder;
  private Path agent;
  private Reference reference;

  @BeforeEach
  void prepare() throws Exception {
    reference = Reference.get();
    agent = folder.resolve("agent.jar");
    KillingFileSystem.agent(agent);
  }

  @Test
  void goesOnFromWhereverItDied() throws Exception {
    Path workspace = folder.resolve("w");
    String[] run = reference.footage().run(workspace, Reference.EPOCHS);
    for (String death : DEATHS) {
      dies(death, run);
      Soundness.assertSound(workspace);
    }
    Launcher.Ended ended = Faults.launcher(folder).run(run);
    assertThat(ended.exitCode()).as(ended.output()).isZero();
    reference.assertSame(workspace);
    assertThat(SmallFootage.runs(workspace))
        .as("only runs that ended have a record")
        .hasSize(2)
        .allMatch(record -> record.path("exit_code").asInt(-1) == 0);
  }

  /** Between the old folder, which is moved away, and the new one. */
  @Test
  void aTableThatIsReplacedIsThereAgainWithTheNextCommand() throws Exception {
    Path workspace = reference.copyTo(folder.resolve("w"));
    dies(
        "after,rename,coarse_labels>,1",
        "coarse",
        "--workspace",
        workspace.toString(),
        "--write-mode",
        "overwrite");
    assertThat(workspace.resolve("coarse_labels")).doesNotExist();
    Soundness.assertSound(workspace);
    Launcher.Ended ended =
        Faults.launcher(folder)
            .run("coarse", "--workspace", workspace.toString(), "--write-mode", "skip");
    assertThat(ended.exitCode()).as(ended.output()).isZero();
    assertThat(ended.output()).contains("up to date");
    Leaf leaf = Leaf.of(Table.COARSE_LABELS);
    assertThat(Fixtures.rows(Fixtures.context(workspace), leaf))
        .isEqualTo(Fixtures.rows(Fixtures.context(reference.workspace()), leaf));
    Soundness.assertSound(workspace);
    Soundness.assertNothingLeft(workspace);
  }

  private void dies(String death, String... command) throws IOException, InterruptedException {
    long start = System.nanoTime();
    Launcher.Ended ended =
        Faults.launcher(
                folder,
                "-javaagent:" + agent + "=" + death,
                "-Dspark.hadoop.fs.file.impl=" + KillingFileSystem.class.getName())
            .run(command);
    assertThat(ended.exitCode()).as(death + "\n" + ended.output()).isEqualTo(137);
    System.out.printf("killed %s: %.1f s%n", death, (System.nanoTime() - start) / 1e9);
  }
}
