package org.c2fpl.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.Path;
import org.c2fpl.detector.ModelStore;
import org.c2fpl.errors.DataException;
import org.c2fpl.report.page.ReportData;
import org.c2fpl.score.ScoringModels;
import org.c2fpl.stage.StageContext;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.LeafTransaction;
import org.c2fpl.workspace.ManifestDraft;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.WholeFile;
import org.c2fpl.workspace.Workspace;

/**
 * Everything there → {@code report/index.html}: a self-contained page with the scored videos'
 * timelines, the strongest detections, accuracy beside the label-free yardsticks, and what the
 * pseudo-labels were made of.
 *
 * <p>Memory on the driver: one manifest a leaf, and the page, which is less than 10 MB whatever the
 * footage, twice over. In a task: the numbers of one video. Nothing a segment leaves the tasks but
 * the thinned timelines.
 */
public final class ReportStage {
  private static final String NAME = "report";
  private static final int ALGORITHM = 1;
  private static final Leaf REPORT = Leaf.of(Table.REPORT);
  private static final double BYTES_A_MEGABYTE = 1e6;

  private final StageContext context;
  private final Workspace workspace;
  private final int frameGrabs;

  private ReportStage(StageContext context, int frameGrabs) {
    this.context = context;
    this.workspace = context.workspace();
    this.frameGrabs = frameGrabs;
  }

  /** Without pictures. */
  public static void run(StageContext context) {
    run(context, 0);
  }

  /**
   * @param frameGrabs the number of strongest detections that get a picture
   */
  public static void run(StageContext context, int frameGrabs) {
    new ReportStage(context, frameGrabs).run();
  }

  private void run() {
    Instant start = Instant.now();
    ManifestDraft draft = ManifestDraft.of(NAME, ALGORITHM, context.seed());
    List<Leaf> leaves = new ArrayList<>();
    for (Table table : Table.values()) {
      if (table != Table.REPORT) {
        leaves.addAll(workspace.leaves(table));
      }
    }
    if (leaves.isEmpty()) {
      throw new DataException(
          "Cannot report on workspace "
              + workspace.root()
              + ": it has no tables yet. Run 'c2fpl ingest' or 'c2fpl run' first.");
    }
    leaves.forEach(leaf -> draft.input(leaf, workspace.require(leaf, "")));
    draft.parameter("format", ReportData.FORMAT).parameter("frame_grabs", frameGrabs);
    // Its losses and its split are in no table.
    new ModelStore(workspace).current().ifPresent(model -> draft.input("model", model));
    ScoringModels scoredBy = ScoringModels.of(context);
    scoredBy.warn(context.console());
    scoredBy.tell(context.listener());
    try (LeafTransaction transaction =
        workspace.begin(draft, context.writeMode(), List.of(REPORT))) {
      Path page = new Path(workspace.path(REPORT), "index.html");
      if (transaction.upToDate()) {
        context.console().skipped(NAME, page + " is up to date");
        return;
      }
      byte[] html =
          new ReportContent(context, frameGrabs).html(leaves).getBytes(StandardCharsets.UTF_8);
      write(new Path(transaction.staging(REPORT), "index.html"), html);
      transaction.rows(REPORT, leaves.size());
      transaction.commit();
      context
          .console()
          .stage(
              NAME,
              Duration.between(start, Instant.now()),
              page + String.format(Locale.ROOT, ", %.1f MB", html.length / BYTES_A_MEGABYTE));
    }
  }

  private void write(Path file, byte[] html) {
    try {
      WholeFile.write(workspace.fileSystem(), file, html);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
