package org.c2fpl.report;

import java.util.List;

/**
 * A self-contained page of headings, notes and tables: no script, no font, no picture from
 * elsewhere. Every string is escaped.
 */
public final class HtmlPage {
  private final StringBuilder body = new StringBuilder();
  private final String title;

  public HtmlPage(String title) {
    this.title = title;
  }

  public HtmlPage heading(String text) {
    body.append("<h2>").append(escape(text)).append("</h2>\n");
    return this;
  }

  public HtmlPage note(String text) {
    body.append("<p>").append(escape(text)).append("</p>\n");
    return this;
  }

  /** A table; a row shorter than the header leaves the last cells empty. */
  public HtmlPage table(List<String> header, List<List<String>> rows) {
    body.append("<div class=\"scroll\"><table>\n<thead><tr>");
    header.forEach(cell -> body.append("<th scope=\"col\">").append(escape(cell)).append("</th>"));
    body.append("</tr></thead>\n<tbody>\n");
    for (List<String> row : rows) {
      body.append("<tr>");
      row.forEach(cell -> body.append("<td>").append(escape(cell)).append("</td>"));
      body.append("</tr>\n");
    }
    body.append("</tbody></table></div>\n");
    return this;
  }

  public String html() {
    return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>"
        + escape(title)
        + "</title>\n<style>\n"
        + ":root { color-scheme: light dark; }\n"
        + "body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem;"
        + " padding: 0 1rem; }\n"
        + ".scroll { overflow-x: auto; }\n"
        + "table { border-collapse: collapse; font-variant-numeric: tabular-nums; }\n"
        + "th, td { border-bottom: 1px solid #8888; padding: .3rem .8rem; text-align: left;"
        + " vertical-align: top; }\n"
        + "</style>\n</head>\n<body>\n<h1>"
        + escape(title)
        + "</h1>\n"
        + body
        + "</body>\n</html>\n";
  }

  /** The text as it stands in a page. */
  public static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\'' -> escaped.append("&#39;");
        default -> escaped.append(c);
      }
    }
    return escaped.toString();
  }
}
