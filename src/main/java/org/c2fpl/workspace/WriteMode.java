package org.c2fpl.workspace;

/** What to do about an existing leaf. */
public enum WriteMode {
  /** Refuse. */
  ERROR,
  /** Keep it if it was made from the same inputs and parameters, else refuse. */
  SKIP,
  /** Make it again; the old one stays until the new one is complete. */
  OVERWRITE,
  /** Keep it if it was made from the same inputs and parameters, else make it again. */
  REFRESH,
  /** Keep it in any case; only stages choose this, no option does. */
  KEEP
}
