package org.c2fpl.workspace;

import java.util.Map;

/**
 * Options by the names under which fingerprints know them. Names and values stand on disk, so they
 * are written out, and no renaming in the code changes them.
 */
public interface StoredOptions {
  /** Strings, numbers, booleans, and lists and maps of these; never null. */
  Map<String, Object> stored();
}
