package org.c2fpl.stage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Doubts about the footage or the result of a stage. Each is a warning, once, and is kept in the
 * details of the manifest, where the report reads it.
 */
public final class Doubts {
  static final String FIELD = "doubts";

  private final StageEvents events;
  private final ObjectNode details;

  /**
   * @param details of the manifest that the stage writes
   */
  public Doubts(StageEvents events, ObjectNode details) {
    this.events = events;
    this.details = details;
  }

  public void add(String text) {
    events.warned(text);
    details.withArray(FIELD).add(text);
  }

  /** The doubts in the details of a manifest. */
  public static List<String> in(JsonNode details) {
    List<String> doubts = new ArrayList<>();
    details.path(FIELD).forEach(doubt -> doubts.add(doubt.asText()));
    return doubts;
  }
}
