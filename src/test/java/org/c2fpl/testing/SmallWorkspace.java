package org.c2fpl.testing;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.c2fpl.cli.Console;
import org.c2fpl.stage.StageContext;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.LeafTransaction;
import org.c2fpl.workspace.ManifestDraft;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;
import org.c2fpl.workspace.WriteMode;

/** A workspace with hand-written tables, and the output of the console. */
public final class SmallWorkspace {
  static final int FRAMES_PER_SEGMENT = 16;

  private final Workspace workspace;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  public SmallWorkspace(Path folder) {
    workspace =
        Workspace.open(
            folder.toString(), SharedSpark.session().sparkContext().hadoopConfiguration());
  }

  public Workspace workspace() {
    return workspace;
  }

  public StageContext context(WriteMode mode) {
    return new StageContext(
        SharedSpark.session(),
        workspace,
        0,
        mode,
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false));
  }

  public String output() {
    return out.toString(StandardCharsets.UTF_8);
  }

  public String warnings() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** One-dimensional features of videos with these numbers of segments. */
  public SmallWorkspace segments(String split, String batch, Object... idsAndCounts) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < idsAndCounts.length; i += 2) {
      for (int j = 0; j < (Integer) idsAndCounts[i + 1]; j++) {
        rows.add(RowFactory.create(idsAndCounts[i], j, new byte[4]));
      }
    }
    write(Leaf.of(Table.SEGMENTS, split, batch), rows, 1);
    return this;
  }

  /** Writes a leaf, replacing an existing one. */
  public void write(Leaf leaf, List<Row> rows, int partitions) {
    ManifestDraft draft =
        ManifestDraft.of("by-hand", 1, 0).parameter("rows", String.valueOf(rows.hashCode()));
    try (LeafTransaction transaction = workspace.begin(draft, WriteMode.OVERWRITE, List.of(leaf))) {
      Fixtures.data(rows, leaf.table(), partitions)
          .write()
          .parquet(transaction.staging(leaf).toString());
      transaction.rows(leaf, rows.size());
      transaction
          .details(leaf)
          .put("crops", 1)
          .put("dim", 1)
          .put("frames_per_segment", FRAMES_PER_SEGMENT);
      transaction.commit();
    }
  }

  public Dataset<Row> read(Table table) {
    return workspace.read(SharedSpark.session(), Leaf.of(table));
  }
}
