package org.c2fpl.report.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** The data as JSON that is safe inside a script element. */
final class ReportJson {
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  private ReportJson() {}

  /**
   * JSON on one line that can neither close the element nor open a comment: the characters for this
   * occur only in strings, where JSON allows escapes.
   */
  static String of(Object data) {
    try {
      return MAPPER
          .writeValueAsString(data)
          .replace("<", "\\u003c")
          .replace(">", "\\u003e")
          .replace("&", "\\u0026")
          .replace("\u2028", "\\u2028")
          .replace("\u2029", "\\u2029");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
