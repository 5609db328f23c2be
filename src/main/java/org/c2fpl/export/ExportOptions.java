package org.c2fpl.export;

import java.util.List;

/**
 * The rows to export, and the output.
 *
 * @param output URI of a file, or, for WebVTT, of a folder; {@code -} for standard output
 * @param splits only these; empty for all
 * @param batches only these; empty for all
 * @param videos only these; empty for all
 * @param topK only so many of the highest scores over all; null for all
 * @param minScore only scores of at least this; null for all
 * @param fps frames per second of videos without their own; null to leave seconds empty
 */
public record ExportOptions(
    Exported what,
    ExportFormat format,
    String output,
    List<String> splits,
    List<String> batches,
    List<String> videos,
    Integer topK,
    Double minScore,
    Double fps) {
  /** The output name of standard output. */
  public static final String STANDARD_OUTPUT = "-";

  /** Whether rows go to standard output. */
  public boolean toStandardOutput() {
    return output.equals(STANDARD_OUTPUT);
  }
}
