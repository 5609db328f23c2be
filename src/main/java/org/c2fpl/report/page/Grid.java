package org.c2fpl.report.page;

import java.util.ArrayList;
import java.util.List;

/**
 * A table of texts.
 *
 * @param rows each as long as the header, or shorter
 */
public record Grid(List<String> header, List<List<String>> rows) {

  /** A table to add rows to. */
  public static Grid of(String... header) {
    return new Grid(List.of(header), new ArrayList<>());
  }

  public Grid row(String... cells) {
    rows.add(List.of(cells));
    return this;
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }
}
