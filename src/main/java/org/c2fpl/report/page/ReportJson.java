package org.c2fpl.report.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** The data as JSON that can stand inside a script element. */
final class ReportJson {
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  private ReportJson() {}

  /**
   * JSON on one line in which nothing can end the element or open a comment: these characters stand
   * in strings only, where JSON lets them be escaped.
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
