package org.c2fpl.export;

import com.univocity.parsers.common.TextWritingException;
import com.univocity.parsers.csv.CsvWriter;
import com.univocity.parsers.csv.CsvWriterSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.spark.sql.Row;

/** RFC 4180: a header, lines end with CR LF, null is an empty field. */
final class CsvRows implements RowWriter {
  private final CsvWriter writer;

  CsvRows(List<String> columns, OutputStream out) {
    CsvWriterSettings settings = new CsvWriterSettings();
    settings.getFormat().setLineSeparator("\r\n");
    settings.getFormat().setQuote('"');
    settings.getFormat().setQuoteEscape('"');
    settings.getFormat().setComment('\0');
    // The library's own rule leaves a field with quotes inside unquoted, and trims fields.
    settings.setQuotationTriggers('"', ',', '\r', '\n', ' ', '\t');
    settings.setIgnoreLeadingWhitespaces(false);
    settings.setIgnoreTrailingWhitespaces(false);
    settings.setNormalizeLineEndingsWithinQuotes(false);
    settings.setMaxCharsPerColumn(-1);
    settings.setNullValue("");
    settings.setEmptyValue("\"\"");
    writer = new CsvWriter(out, StandardCharsets.UTF_8, settings);
    writer.writeHeaders(columns);
  }

  @Override
  public void write(Row row) throws IOException {
    String[] fields = new String[row.size()];
    for (int i = 0; i < fields.length; i++) {
      fields[i] = row.isNullAt(i) ? null : row.get(i).toString();
    }
    try {
      writer.writeRow(fields);
    } catch (TextWritingException e) {
      throw cause(e);
    }
  }

  @Override
  public void finish() throws IOException {
    try {
      writer.flush();
    } catch (IllegalStateException e) {
      throw cause(e);
    }
  }

  /** What the stream said, under the library's own exceptions. */
  private static IOException cause(RuntimeException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException found) {
        return found;
      }
    }
    throw e;
  }
}
