package org.c2fpl.coarse;

/** How videos whose label is not known are labelled. */
public enum Clustering {
  /** Alg. 1, lines 6–12. */
  DIVISIVE("divisive"),
  /** As the paper's published code does it. */
  PUBLISHED_CODE("published-code"),
  /** By rank of their most surprising window. */
  RANKED("ranked");

  private final String text;

  Clustering(String text) {
    this.text = text;
  }

  /** The name on the command line and in manifests. */
  @Override
  public String toString() {
    return text;
  }
}
