package org.c2fpl.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What is inlined into the page: the library of charts, the page's own script and its style. */
record PageAssets(String charts, String script, String style) {

  /** Those of this program. */
  static PageAssets load() {
    return new PageAssets(text("echarts.min.js"), text("report.js"), text("report.css"));
  }

  private static String text(String name) {
    try (InputStream in = PageAssets.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the build has no " + name + ": mvn process-resources");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
