package org.c2fpl.export;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.apache.spark.sql.Row;
import org.c2fpl.workspace.Json;

/** JSON Lines: one object per line, with the same keys in the same order. */
final class JsonRows implements RowWriter {
  private final List<String> columns;
  private final JsonGenerator json;

  JsonRows(List<String> columns, OutputStream out) throws IOException {
    this.columns = columns;
    json = Json.MAPPER.getFactory().createGenerator(out, JsonEncoding.UTF8);
    json.setPrettyPrinter(new MinimalPrettyPrinter(""));
  }

  @Override
  public void write(Row row) throws IOException {
    json.writeStartObject();
    for (int i = 0; i < columns.size(); i++) {
      json.writeObjectField(columns.get(i), row.get(i));
    }
    json.writeEndObject();
    json.writeRaw('\n');
  }

  @Override
  public void finish() throws IOException {
    json.flush();
  }
}
