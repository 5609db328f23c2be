package org.c2fpl.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspaceLayerTest {
  private static final Leaf SEGMENTS = Leaf.of(Table.SEGMENTS, "train", "0");
  private static final Leaf NORMS = Leaf.of(Table.SEGMENT_NORMS, "train", "0");
  private static final Leaf COARSE = Leaf.of(Table.COARSE_LABELS);

  @TempDir Path folder;
  private Workspace base;

  @BeforeEach
  void open() {
    base = Workspace.open(folder.toString(), new Configuration());
    write(base, SEGMENTS, "base");
    write(base, COARSE, "base");
  }

  @Test
  void readsWhatItLacksFromBelowAndWritesItsOwn() {
    Workspace stats = base.only(EnumSet.of(Table.SEGMENTS)).layer(base, "x/stats");
    write(stats, NORMS, "stats");
    Workspace coarse = stats.layer(base, "x/coarse");
    write(coarse, COARSE, "coarse");

    assertThat(coarse.path(SEGMENTS)).isEqualTo(base.path(SEGMENTS));
    assertThat(coarse.path(NORMS)).isEqualTo(stats.path(NORMS));
    assertThat(made(coarse, COARSE)).isEqualTo("coarse");
    assertThat(made(coarse, NORMS)).isEqualTo("stats");
    assertThat(made(coarse, SEGMENTS)).isEqualTo("base");
    assertThat(coarse.leaves(Table.SEGMENT_NORMS)).containsExactly(NORMS);
    assertThat(coarse.ownLeaves(Table.SEGMENT_NORMS)).isEmpty();
    assertThat(coarse.ownLeaves(Table.COARSE_LABELS)).containsExactly(COARSE);
    assertThat(folder.resolve("x/stats/segment_norms")).exists();
    assertThat(folder.resolve("x/coarse/segment_norms")).doesNotExist();
    assertThat(made(base, COARSE)).isEqualTo("base");
  }

  @Test
  void hidesTablesThatAreNotToBeSeen() {
    Workspace stats = base.only(EnumSet.of(Table.SEGMENTS)).layer(base, "x/stats");
    assertThat(stats.manifest(COARSE)).isEmpty();
    assertThat(stats.leaves(Table.COARSE_LABELS)).isEmpty();
    assertThat(stats.path(COARSE)).isEqualTo(stats.path("coarse_labels"));
  }

  @Test
  void batchesOfSeveralLayersAreOneTable() {
    Workspace layer = base.layer(base, "x/more");
    Leaf other = Leaf.of(Table.SEGMENTS, "train", "1");
    write(layer, other, "more");
    write(layer, SEGMENTS, "more");
    assertThat(layer.leaves(Table.SEGMENTS)).containsExactly(SEGMENTS, other);
    assertThat(made(layer, SEGMENTS)).isEqualTo("more");
    assertThat(base.leaves(Table.SEGMENTS)).containsExactly(SEGMENTS);
  }

  @Test
  void foldersBesideTheTablesAreFoundInTheNearestLayer() throws IOException {
    Files.createDirectories(folder.resolve("model"));
    Workspace stats = base.only(EnumSet.of(Table.SEGMENTS)).layer(base, "x/stats");
    assertThat(stats.holding("model")).as("that of the base is hidden").isSameAs(stats);
    Workspace train = stats.layer(base, "x/train");
    Files.createDirectories(folder.resolve("x/train/model"));
    assertThat(train.layer(base, "x/score").holding("model")).isSameAs(train);
  }

  @Test
  void whatACrashLeftIsFinishedOrDropped() throws IOException {
    Path staging = folder.resolve("x/stats/_staging/1");
    Files.createDirectories(staging);
    Files.writeString(staging.resolve("half"), "");
    base.layer(base, "x/stats");
    assertThat(folder.resolve("x/stats/_staging")).doesNotExist();
  }

  private static void write(Workspace workspace, Leaf leaf, String maker) {
    try (LeafTransaction transaction =
        workspace.begin(ManifestDraft.of(maker, 1, 0), WriteMode.REFRESH, List.of(leaf))) {
      workspace.fileSystem().mkdirs(transaction.staging(leaf));
      transaction.rows(leaf, 0);
      transaction.commit();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String made(Workspace workspace, Leaf leaf) {
    return workspace.manifest(leaf).orElseThrow().command();
  }
}
