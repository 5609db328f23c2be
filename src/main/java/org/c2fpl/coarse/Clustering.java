package org.c2fpl.coarse;

/** The methods that label videos without a known label. */
public enum Clustering {
  /** Alg. 1, lines 6–12. */
  DIVISIVE("divisive"),
  /** The procedure of the paper's published code. */
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
