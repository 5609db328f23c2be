package org.c2fpl.export;

import java.util.Locale;
import org.c2fpl.workspace.Table;

/** The tables that can be exported. */
public enum Exported {
  DETECTIONS(Table.DETECTIONS, "start_frame", "peak_score", "detection"),
  SCORES(Table.SEGMENT_SCORES, "segment_index", "score", "score");

  private final Table table;
  private final String position;
  private final String score;
  private final String noun;

  Exported(Table table, String position, String score, String noun) {
    this.table = table;
    this.position = position;
    this.score = score;
    this.noun = noun;
  }

  Table table() {
    return table;
  }

  /** The column that orders the rows of a video. */
  String position() {
    return position;
  }

  /** The column with the strength of a row. */
  String score() {
    return score;
  }

  String noun() {
    return noun;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
