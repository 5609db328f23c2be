package org.c2fpl.export;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.apache.spark.sql.Row;

/** Writes rows in a format, one after the other. */
interface RowWriter {
  void write(Row row) throws IOException;

  /** Flushes the remaining output; the stream stays open. */
  void finish() throws IOException;

  /** A writer of rows with these columns; writes a header if the format has one. */
  static RowWriter of(ExportFormat format, List<String> columns, OutputStream out)
      throws IOException {
    return switch (format) {
      case CSV -> new CsvRows(columns, out);
      case JSONL -> new JsonRows(columns, out);
      case WEBVTT -> throw new IllegalArgumentException("WebVTT is not a format of rows");
    };
  }
}
