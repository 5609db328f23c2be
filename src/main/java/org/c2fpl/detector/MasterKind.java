package org.c2fpl.detector;

/** The training master to use. */
public enum MasterKind {
  /** {@link SynchronousAveragingMaster}: reproducible. */
  AVERAGING("averaging"),
  /**
   * DL4J's ParameterAveragingTrainingMaster, for comparison. Its workers draw dropout masks from
   * unseeded generators and are summed in the order in which they finish, so no two trainings are
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
