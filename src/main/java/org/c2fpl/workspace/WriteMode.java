package org.c2fpl.workspace;

/** What to do about a leaf that is already there. */
public enum WriteMode {
  /** Refuse. */
  ERROR,
  /** Keep it if it was made from the same inputs and parameters, refuse if not. */
  SKIP,
  /** Make it anew; the old one lives until the new one is complete. */
  OVERWRITE,
  /** Keep it if it was made from the same inputs and parameters, else make it anew. */
  REFRESH,
  /** Keep it whatever it was made from; a stage's choice, and no option's. */
  KEEP
}
