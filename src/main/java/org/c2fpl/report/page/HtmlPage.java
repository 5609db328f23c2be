package org.c2fpl.report.page;

import freemarker.core.HTMLOutputFormat;
import freemarker.core.TemplateHTMLOutputModel;
import freemarker.log.Logger;
import freemarker.template.Configuration;
import freemarker.template.SimpleObjectWrapper;
import freemarker.template.Template;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import freemarker.template.TemplateModel;
import freemarker.template.TemplateModelException;
import freemarker.template.Version;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A self-contained page of sections, without external scripts, fonts or pictures. Its markup is
 * {@code page.ftlh}, which escapes every string that is not marked as markup, and a content
 * security policy allows only the scripts given here, by their hashes.
 */
final class HtmlPage {
  static {
    try {
      // FreeMarker's exceptions have all that it would log. Set first, because it chooses the
      // logger when it loads.
      Logger.selectLoggerLibrary(Logger.LIBRARY_NONE);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final Version VERSION = Configuration.VERSION_2_3_34;
  private static final HTMLOutputFormat HTML = HTMLOutputFormat.INSTANCE;
  private static final Template TEMPLATE = template();

  private final String title;
  private final List<Map<String, Object>> lead = new ArrayList<>();
  private final List<Map<String, Object>> sections = new ArrayList<>();
  private List<Map<String, Object>> blocks = lead;

  HtmlPage(String title) {
    this.title = title;
  }

  private static Template template() {
    try {
      Configuration configuration = new Configuration(VERSION);
      configuration.setObjectWrapper(new VisibleTexts());
      configuration.setOutputFormat(HTML);
      configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
      configuration.setLocale(Locale.ROOT);
      // Without a loader a template can include no other file.
      configuration.setTemplateLoader(null);
      return new Template("page", new StringReader(PageAssets.text("page.ftlh")), configuration);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Gives templates only maps, lists and texts, so they cannot call methods of objects. */
  private static final class VisibleTexts extends SimpleObjectWrapper {
    VisibleTexts() {
      super(VERSION);
    }

    @Override
    public TemplateModel wrap(Object value) throws TemplateModelException {
      return super.wrap(value instanceof String words ? visible(words) : value);
    }
  }

  /** Begins a section. */
  HtmlPage section(String id, String heading) {
    blocks = new ArrayList<>();
    sections.add(Map.of("id", id, "heading", heading, "blocks", blocks));
    return this;
  }

  HtmlPage note(String words) {
    return block(Map.of("note", words));
  }

  /** A highlighted notice. */
  HtmlPage notice(String words) {
    return block(Map.of("notice", words));
  }

  HtmlPage link(String address, String words) {
    return block(Map.of("address", escaped(address), "words", words));
  }

  /** A table; a row shorter than the header leaves the last cells empty. */
  HtmlPage table(Grid grid) {
    return block(Map.of("table", cells(grid)));
  }

  /**
   * A place in which the script draws a chart.
   *
   * @param numbers its numbers, for readers who do not see it
   */
  HtmlPage chart(String name, String caption, Grid numbers) {
    return block(Map.of("chart", name, "caption", caption, "numbers", cells(numbers)));
  }

  private HtmlPage block(Map<String, Object> block) {
    blocks.add(block);
    return this;
  }

  private static Map<String, Object> cells(Grid grid) {
    return Map.of("header", grid.header(), "rows", grid.rows());
  }

  /**
   * The whole page.
   *
   * @param json the script's data
   * @param assets without scripts the page gets neither scripts nor data
   */
  String html(String json, PageAssets assets) {
    List<String> scripts =
        Stream.of(assets.charts(), assets.script())
            .filter(script -> !script.isEmpty())
            .map(script -> inline(script, "script"))
            .toList();
    StringWriter page = new StringWriter(json.length() + assets.charts().length() + (1 << 16));
    try {
      TEMPLATE.process(
          Map.of(
              "title",
              title,
              "hashes",
              markup(scripts.stream().map(HtmlPage::hash).collect(Collectors.joining(" "))),
              "style",
              markup(inline(assets.style(), "style")),
              "lead",
              lead,
              "sections",
              sections,
              "json",
              markup(json),
              "scripts",
              scripts.stream().map(HtmlPage::markup).toList()),
          page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (TemplateException e) {
      throw new IllegalStateException(e);
    }
    return page.toString();
  }

  private static TemplateHTMLOutputModel markup(String ours) {
    try {
      return HTML.fromMarkup(ours);
    } catch (TemplateModelException e) {
      throw new IllegalStateException(e);
    }
  }

  private static TemplateHTMLOutputModel escaped(String text) {
    return markup(escape(text));
  }

  /** Refuses a script or style that would close its own element. */
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

  /** The text that a page shows for escaped text. */
  static String text(String words) {
    return escape(visible(words));
  }

  /**
   * Text in which invisible characters and those that change the direction of text are made
   * visible.
   */
  private static String visible(String words) {
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
    return shown.toString();
  }

  /** The text with markup escaped as in the template, and nothing else changed. */
  static String escape(String text) {
    return HTML.escapePlainText(text);
  }
}
