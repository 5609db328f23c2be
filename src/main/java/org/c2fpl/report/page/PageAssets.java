package org.c2fpl.report.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/** What is inlined into the page: the library of charts, the page's own script and its style. */
record PageAssets(String charts, String script, String style) {

  /** Those of the report. */
  static PageAssets load() {
    return load("scripts.txt");
  }

  /**
   * Those of a page.
   *
   * @param scripts lists the files of its script
   */
  static PageAssets load(String scripts) {
    return new PageAssets(text("echarts.min.js"), script(scripts), text("report.css"));
  }

  /** For a page that draws nothing. */
  PageAssets withoutScripts() {
    return new PageAssets("", "", style);
  }

  /** The files of a script in their order: in the page they are one. */
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
