package org.c2fpl.report;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.c2fpl.detector.ModelStore;
import org.c2fpl.errors.DataException;
import org.c2fpl.report.page.ReportData;
import org.c2fpl.score.ScoringModels;
import org.c2fpl.stage.Stage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.Unit;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;

/**
 * All existing tables → {@code report/index.html}: a self-contained page with the scored videos'
 * timelines, the strongest detections, the accuracy next to the label-free yardsticks, and the
 * origin of the pseudo-labels.
 *
 * <p>Memory on the driver: one manifest per leaf, and twice the page, which is smaller than 10 MB
 * for any footage. In a task: the numbers of one video. Of the segments, only the thinned timelines
 * leave the tasks.
 */
public final class ReportStage extends Stage<Integer, ReportStage.Result> {
  private static final Leaf REPORT = Leaf.of(Table.REPORT);
  private static final double BYTES_A_MEGABYTE = 1e6;

  /**
   * @param tables number of leaves that the page shows
   */
  public record Result(long tables) {}

  public ReportStage() {
    super("report", 1, EnumSet.complementOf(EnumSet.of(Table.REPORT)), Set.of(Table.REPORT));
  }

  /**
   * @param frameGrabs the number of strongest detections that get a picture
   */
  @Override
  public List<Unit> units(StageContext context, Integer frameGrabs) {
    Workspace workspace = context.workspace();
    List<Leaf> leaves =
        Stream.of(Table.values())
            .filter(table -> table != Table.REPORT)
            .flatMap(table -> workspace.leaves(table).stream())
            .toList();
    if (leaves.isEmpty()) {
      throw new DataException(
          "Cannot report on workspace "
              + workspace.root()
              + ": it has no tables yet. Run 'c2fpl ingest' or 'c2fpl run' first.");
    }
    Unit unit =
        Unit.writing(REPORT)
            .called(page(workspace).toString())
            .parameter("format", ReportData.FORMAT)
            .parameter("frame_grabs", frameGrabs);
    unit.inputs(workspace, leaves, "");
    // Its losses and its split are not in a table.
    new ModelStore(workspace).current().ifPresent(model -> unit.input("model", model));
    ScoringModels scoredBy = ScoringModels.of(context);
    scoredBy.warn(context.events());
    scoredBy.record(context.events());
    return List.of(
        unit.made(
            out -> {
              byte[] html =
                  new ReportContent(context, frameGrabs)
                      .html(leaves)
                      .getBytes(StandardCharsets.UTF_8);
              out.writeFile(new Path(out.folder(REPORT), "index.html"), html);
              out.rows(REPORT, leaves.size());
              return page(workspace)
                  + String.format(Locale.ROOT, ", %.1f MB", html.length / BYTES_A_MEGABYTE);
            }));
  }

  @Override
  protected Result result(List<Manifest> manifests) {
    return new Result(manifests.get(0).rows());
  }

  private static Path page(Workspace workspace) {
    return new Path(workspace.path(REPORT), "index.html");
  }
}
