package org.c2fpl.stage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What is doubtful about the footage or the result of a stage: a warning, once, and kept in the
 * details of the manifest, from which the report has it.
 */
public final class Doubts {
  static final String FIELD = "doubts";

  private final StageEvents events;
  private final ObjectNode details;

  /**
   * @param details of what the stage writes
   */
  public Doubts(StageEvents events, ObjectNode details) {
    this.events = events;
    this.details = details;
  }

  public void add(String text) {
    events.warned(text);
    details.withArray(FIELD).add(text);
  }

  /** Those that a manifest's details keep. */
  public static List<String> in(JsonNode details) {
    List<String> doubts = new ArrayList<>();
    details.path(FIELD).forEach(doubt -> doubts.add(doubt.asText()));
    return doubts;
  }
}
