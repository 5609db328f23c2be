package org.c2fpl.stage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What is doubtful about the footage or the result of a stage: a warning on the console, once, and
 * kept in the details of the manifest, from which the report has it.
 */
public final class Doubts {
  static final String FIELD = "doubts";

  private final Console console;
  private final ObjectNode details;

  /**
   * @param details of what the stage writes
   */
  public Doubts(Console console, ObjectNode details) {
    this.console = console;
    this.details = details;
  }

  public void add(String text) {
    console.warning(text);
    details.withArray(FIELD).add(text);
  }

  /** Those that a manifest's details keep. */
  public static List<String> in(JsonNode details) {
    List<String> doubts = new ArrayList<>();
    details.path(FIELD).forEach(doubt -> doubts.add(doubt.asText()));
    return doubts;
  }
}
