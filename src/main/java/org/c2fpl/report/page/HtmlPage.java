package org.c2fpl.report.page;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A self-contained page of sections: no script, no font, no picture from elsewhere. Every string is
 * escaped, and a content security policy lets no script run but those given here, by their hashes.
 */
final class HtmlPage {
  private final StringBuilder body = new StringBuilder();
  private final List<String> navigation = new ArrayList<>();
  private final String title;
  private boolean open;

  HtmlPage(String title) {
    this.title = title;
  }

  /** Begins a section. */
  HtmlPage section(String id, String heading) {
    end();
    body.append("<section id=\"").append(id).append("\">\n<h2>");
    body.append(text(heading)).append("</h2>\n");
    navigation.add("<a href=\"#" + id + "\">" + text(heading) + "</a>");
    open = true;
    return this;
  }

  HtmlPage note(String words) {
    body.append("<p>").append(text(words)).append("</p>\n");
    return this;
  }

  /** What stands out. */
  HtmlPage notice(String words) {
    body.append("<p class=\"notice\" role=\"note\">").append(text(words)).append("</p>\n");
    return this;
  }

  HtmlPage link(String address, String words) {
    body.append("<p><a href=\"").append(escape(address)).append("\">").append(text(words));
    body.append("</a></p>\n");
    return this;
  }

  /** A table; a row shorter than the header leaves the last cells empty. */
  HtmlPage table(Grid grid) {
    body.append("<div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr>");
    grid.header()
        .forEach(cell -> body.append("<th scope=\"col\">").append(text(cell)).append("</th>"));
    body.append("</tr></thead>\n<tbody>\n");
    for (List<String> row : grid.rows()) {
      body.append("<tr>");
      // Names may be written from right to left; a cell keeps that to itself.
      row.forEach(cell -> body.append("<td><bdi>").append(text(cell)).append("</bdi></td>"));
      body.append("</tr>\n");
    }
    body.append("</tbody></table></div>\n");
    return this;
  }

  /**
   * A place that the script draws a chart in.
   *
   * @param numbers what it shows, for those who do not see it
   */
  HtmlPage chart(String name, String caption, Grid numbers) {
    body.append("<figure class=\"chart\" id=\"chart-").append(name).append("\" data-chart=\"");
    body.append(name).append("\"><figcaption>").append(text(caption)).append("</figcaption>\n");
    body.append("<details><summary>The numbers</summary>\n");
    table(numbers);
    body.append("</details></figure>\n");
    return this;
  }

  /**
   * The whole page.
   *
   * @param json the script's data
   * @param assets a page whose scripts are empty gets none, nor the data
   */
  String html(String json, PageAssets assets) {
    end();
    List<String> scripts =
        Stream.of(assets.charts(), assets.script())
            .filter(script -> !script.isEmpty())
            .map(script -> inline(script, "script"))
            .toList();
    String policy =
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none';"
            + " form-action 'none'; script-src "
            + scripts.stream().map(HtmlPage::hash).collect(Collectors.joining(" "));
    StringBuilder page = new StringBuilder(json.length() + assets.charts().length() + (1 << 16));
    page.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.append("<meta http-equiv=\"Content-Security-Policy\" content=\"");
    page.append(policy).append("\">\n");
    page.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.append("<title>").append(text(title)).append("</title>\n<style>\n");
    page.append(inline(assets.style(), "style")).append("</style>\n</head>\n<body>\n");
    page.append("<a class=\"skip\" href=\"#main\">Skip to the content</a>\n");
    page.append("<header><h1>").append(text(title)).append("</h1>\n<nav aria-label=\"Sections\">");
    page.append(String.join(" ", navigation)).append("</nav></header>\n<main id=\"main\">\n");
    page.append(body).append("</main>\n");
    if (!scripts.isEmpty()) {
      page.append("<script type=\"application/json\" id=\"report-data\">");
      page.append(json).append("</script>\n");
    }
    scripts.forEach(script -> page.append("<script>").append(script).append("</script>\n"));
    return page.append("</body>\n</html>\n").toString();
  }

  private void end() {
    if (open) {
      body.append("</section>\n");
      open = false;
    }
  }

  /** Refuses a script or style of ours that would end its own element. */
  private static String inline(String content, String element) {
    if (content.toLowerCase(Locale.ROOT).contains("</" + element)
        || content.contains("<!--") && element.equals("script")) {
      throw new IllegalStateException("the page's " + element + " would end its element");
    }
    return content;
  }

  private static String hash(String script) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Escaped text in which characters that nobody would see, or that turn others round, show. */
  static String text(String words) {
    StringBuilder shown = new StringBuilder(words.length());
    words
        .codePoints()
        .forEach(
            c -> {
              boolean invisible =
                  Character.getType(c) == Character.FORMAT || Character.isISOControl(c);
              if (invisible) {
                shown.append(String.format(Locale.ROOT, "[U+%04X]", c));
              } else {
                shown.appendCodePoint(c);
              }
            });
    return escape(shown.toString());
  }

  /** The text with what would be markup escaped, and nothing else. */
  static String escape(String text) {
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
