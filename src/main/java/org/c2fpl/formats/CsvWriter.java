package org.c2fpl.formats;

import java.io.IOException;
import java.io.Writer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes CSV by RFC 4180, with quotes only if {@link CsvReader} would otherwise read another field.
 * Null is an empty field, and an empty text is a quoted empty field.
 */
public final class CsvWriter {
  private final Writer out;
  private final String lineEnd;

  /** Writes the header; neither flushes nor closes. */
  public CsvWriter(Writer out, String lineEnd, List<String> columns) throws IOException {
    this.out = out;
    this.lineEnd = lineEnd;
    write(columns.toArray());
  }

  /** Writes a row of the values as texts. */
  public void write(@Nullable Object... values) throws IOException {
    out.write(Arrays.stream(values).map(CsvWriter::field).collect(Collectors.joining(",")));
    out.write(lineEnd);
  }

  private static String field(@Nullable Object value) {
    if (value == null) {
      return "";
    }
    String text = value.toString();
    boolean plain =
        !text.isEmpty()
            && text.equals(text.strip())
            && text.chars().noneMatch(c -> ",\"\r\n".indexOf(c) >= 0);
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
