package org.c2fpl.report.page;

import java.util.List;

/**
 * What the page shows in tables alone; a part is null where there is nothing to show.
 *
 * @param notices what a reader has to know before anything else, a sentence each
 */
public record ReportTables(
    List<String> notices,
    Part summary,
    Part accuracy,
    Part classes,
    Part coarse,
    Part quality,
    Part tables) {

  /** Tables with what stands below them. */
  public record Part(List<Grid> grids, List<String> notes) {}
}
