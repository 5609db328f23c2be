package org.c2fpl.metrics;

/**
 * What the structured log tells in every line besides the event itself. System properties, because
 * lines come from threads of Spark's that inherit nothing; {@code conf/log4j2-json.properties}
 * looks them up.
 */
public final class LogFacts {
  private static final String RUN = "c2fpl.run";
  private static final String STAGE = "c2fpl.stage";
  private static final String APPLICATION = "c2fpl.application";

  private LogFacts() {}

  /** The id of the run, as its record in the workspace has it. */
  public static void run(String id) {
    System.setProperty(RUN, id);
  }

  /** The stage that is at work. */
  static void stage(String name) {
    System.setProperty(STAGE, name);
  }

  /** Spark's id of the application. */
  public static void application(String id) {
    System.setProperty(APPLICATION, id);
  }
}
