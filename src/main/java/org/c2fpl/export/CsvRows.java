package org.c2fpl.export;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.c2fpl.formats.CsvWriter;

/** Writes rows as CSV with lines that end with CR LF. */
final class CsvRows implements RowWriter {
  private final Writer out;
  private final CsvWriter writer;

  CsvRows(List<String> columns, OutputStream out) throws IOException {
    this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    writer = new CsvWriter(this.out, "\r\n", columns);
  }

  @Override
  public void write(Row row) throws IOException {
    writer.write(IntStream.range(0, row.size()).mapToObj(row::get).toArray());
  }

  @Override
  public void finish() throws IOException {
    out.flush();
  }
}
