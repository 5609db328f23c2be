package org.c2fpl.metrics;

/**
 * Fields of every line of the structured log besides the event itself. They are system properties,
 * because Spark threads that inherit nothing also write lines; {@code conf/log4j2-json.properties}
 * looks them up.
 */
public final class LogFacts {
  private static final String RUN = "c2fpl.run";
  private static final String STAGE = "c2fpl.stage";
  private static final String APPLICATION = "c2fpl.application";

  private LogFacts() {}

  /** The id of the run, as in its record in the workspace. */
  public static void run(String id) {
    System.setProperty(RUN, id);
  }

  /** The current stage. */
  static void stage(String name) {
    System.setProperty(STAGE, name);
  }

  /** Spark's id of the application. */
  public static void application(String id) {
    System.setProperty(APPLICATION, id);
  }
}
