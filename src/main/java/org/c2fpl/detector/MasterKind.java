package org.c2fpl.detector;

/** Which of DL4J's training masters trains. */
public enum MasterKind {
  /** {@link SynchronousAveragingMaster}: reproducible. */
  AVERAGING("averaging"),
  /**
   * DL4J's ParameterAveragingTrainingMaster, for comparison. Its workers draw dropout masks from
   * unseeded generators and are summed in the order in which they finish: no two trainings are
   * equal.
   */
  STOCK("stock");

  private final String text;

  MasterKind(String text) {
    this.text = text;
  }

  /** The name on the command line and in manifests. */
  @Override
  public String toString() {
    return text;
  }
}
