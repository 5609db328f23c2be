package org.c2fpl.workspace;

import java.util.Map;

/**
 * Options by their names in fingerprints. Names and values are stored on disk, so they are written
 * out, and renaming in the code does not change them.
 */
public interface StoredOptions {
  /** Strings, numbers, booleans, and lists and maps of these; never null. */
  Map<String, Object> stored();
}
