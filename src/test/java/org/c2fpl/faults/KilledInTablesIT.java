package org.c2fpl.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.c2fpl.testing.Fixtures;
import org.c2fpl.testing.Launcher;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The driver dies by SIGKILL in every write of a run and at the ends of its stages, here from
 * ingest to the fine labels; the same command continues each time.
 */
class KilledInTablesIT {
  @TempDir Path folder;

  @Test
  void goesOnFromWhereverItDied() throws Exception {
    new Deaths(folder)
        .goesOnFromEach(
            List.of(
                // ingest: in a task's file, in a manifest, before and after the record of what to
                // move
                "after,write,segments/split=train/batch=0/_temporary,2",
                "after,write,videos/split=train/batch=0/_manifest.json,1",
                "before,rename,/_commit.json>,1",
                "after,rename,/_commit.json>,1",
                // one of three folders moved in; all of one, and the staging folder still there
                "after,rename,segments/split=test/batch=0>,1",
                "after,rename,annotations>,1",
                "after,write,video_stats/split=train/batch=0/_temporary,1",
                // taking over a dead run's lock: before it is replaced, and the takeover still
                // there
                "before,rename,/_lock.json>,1",
                "after,rename,/_lock.json>,1",
                "after,create,coarse_labels/_manifest.json,1",
                // one of two folders moved in
                "after,rename,null_model>,1"),
            1);
  }

  /** Between moving the old folder away and moving the new one in. */
  @Test
  void aTableThatIsReplacedIsThereAgainWithTheNextCommand() throws Exception {
    Reference reference = Reference.get();
    Path workspace = reference.copyTo(folder.resolve("w"));
    new Deaths(folder)
        .dies(
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
}
