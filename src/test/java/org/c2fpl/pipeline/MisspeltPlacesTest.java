package org.c2fpl.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.c2fpl.errors.DataException;
import org.c2fpl.segments.Splits;
import org.c2fpl.testing.SmallWorkspace;
import org.c2fpl.workspace.Workspace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workspaces, splits and batches whose names are misspelt. */
class MisspeltPlacesTest {
  @TempDir Path folder;

  @Test
  void aWorkspaceThatIsNotThereIsNotMadeAndItsNeighbourIsNamed() throws IOException {
    Files.createDirectories(folder.resolve("cameras/segments/split=train"));
    Files.createDirectories(folder.resolve("camerax"));
    assertThatThrownBy(() -> open("camera").requirePresent("stats"))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Cannot run 'stats' on workspace file:")
        .hasMessageContaining("there is no such folder. Did you mean ")
        .hasMessageEndingWith("/cameras?");
    assertThatThrownBy(() -> open("camerax").requirePresent("stats"))
        .hasMessageContaining("the folder has no table. Did you mean ")
        .hasMessageEndingWith("/cameras?");
    assertThatThrownBy(() -> open("else/where").requirePresent("stats"))
        .hasMessageEndingWith("Check --workspace; 'c2fpl ingest' and 'c2fpl run' make one.");
    open("cameras").requirePresent("stats");
    try (var there = Files.list(folder)) {
      assertThat(there.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("cameras", "camerax");
    }
    assertThat(folder.resolve("camerax")).isEmptyDirectory();
  }

  @Test
  void aWorkspaceOfWhichACrashLeftOnlyTheStagingIsOne() throws IOException {
    Files.createDirectories(folder.resolve("w/_staging/x"));
    open("w").requirePresent("stats");
  }

  @Test
  void aSplitOrBatchThatIsNotThereIsAnsweredWithThoseThatAre() {
    Workspace workspace =
        new SmallWorkspace(folder.resolve("w"))
            .segments("train", "0", "a", 2)
            .segments("test", "monday", "b", 2)
            .workspace();
    assertThatThrownBy(() -> Splits.segments(workspace, "tran"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(
            "it does not exist yet. Did you mean train? Splits here: test, train. Run 'c2fpl"
                + " ingest --split tran");
    assertThatThrownBy(() -> Splits.segments(workspace, "x"))
        .hasMessageContaining("it does not exist yet. Splits here: test, train. Run");
    assertThatThrownBy(() -> Splits.segments(workspace, List.of("test"), List.of("munday")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Did you mean monday? Batches here: monday. Run");
  }

  private Workspace open(String name) {
    return Workspace.open(folder.resolve(name).toString(), new Configuration());
  }
}
