package org.c2fpl.report.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/** The files inlined into the page: the chart library, the page's script and its style. */
record PageAssets(String charts, String script, String style) {

  /** The assets of the report. */
  static PageAssets load() {
    return load("scripts.txt");
  }

  /**
   * The assets of a page.
   *
   * @param scripts lists the files of its script
   */
  static PageAssets load(String scripts) {
    return new PageAssets(text("echarts.min.js"), script(scripts), text("report.css"));
  }

  /** The assets of a page without charts. */
  PageAssets withoutScripts() {
    return new PageAssets("", "", style);
  }

  /** The files of a script in order; the page joins them into one. */
  private static String script(String list) {
    return text(list).lines().map(PageAssets::text).collect(Collectors.joining("\n"));
  }

  static String text(String name) {
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
