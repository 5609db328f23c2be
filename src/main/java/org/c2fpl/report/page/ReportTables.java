package org.c2fpl.report.page;

import java.util.List;

/**
 * The parts of the page that are only tables; a part is null if it has nothing to show.
 *
 * @param notices for the reader, one sentence each
 */
public record ReportTables(
    List<String> notices,
    Part summary,
    Part accuracy,
    Part classes,
    Part coarse,
    Part quality,
    Part tables) {

  /** Tables with the text below them. */
  public record Part(List<Grid> grids, List<String> notes) {}
}
