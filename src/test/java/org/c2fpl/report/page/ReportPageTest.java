package org.c2fpl.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.c2fpl.report.page.ReportTables.Part;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReportPageTest {
  private static final PageAssets ASSETS = new PageAssets("var charts;", "var page;", "b {}");
  private static final Pattern SCRIPT = Pattern.compile("<script>(.*?)</script>", Pattern.DOTALL);
  private static final Pattern DATA =
      Pattern.compile("<script type=\"application/json\" id=\"report-data\">(.*?)</script>");

  static List<String> hostileNames() {
    return List.of(
        "<script>alert(1)</script>",
        "</script><script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "<!--",
        "' onmouseover='alert(1)",
        "&lt;b&gt; & co",
        "evil\u202etxt.exe",
        "line\u2028and\u2029paragraph",
        "tab\tand\u0000nul",
        "=HYPERLINK(\"http://example.org\")",
        "a".repeat(3000),
        "קובץ וידאו",
        "/slashes/in/it",
        "\\u003c");
  }

  @ParameterizedTest
  @MethodSource("hostileNames")
  void aNameIsTextAndNothingElse(String name) throws Exception {
    String html = ReportPage.html(data(name), tables(name), ASSETS);
    assertThat(html.split("(?i)<script", -1)).as("the data and two scripts").hasSize(4);
    assertThat(markup(html)).doesNotContain("<img", "<!--", "onmouseover='", "\u202e");
    assertThat(html.split("</script>", -1)).hasSize(4);
    JsonNode json = json(html);
    assertThat(json.path("videos").path(0).path("id").asText()).isEqualTo(name);
    assertThat(json.path("title").asText()).isEqualTo(name);
    assertThat(json.path("scatter").path("points").path(0).path("ids").path(0).asText())
        .isEqualTo(name);
    assertThat(ReportPage.writings(name))
        .as("what has to be looked for when a video is forgotten")
        .anyMatch(writing -> markup(html).contains(writing))
        .anyMatch(writing -> scripts(html).contains(writing));
    Matcher data = DATA.matcher(html);
    assertThat(data.find()).isTrue();
    assertThat(data.group(1)).doesNotContain("<", ">", "&", "\u2028", "\u2029");
  }

  @Test
  void charactersThatNobodySeesAreShown() {
    String html = ReportPage.html(data("a\u202eb"), tables(""), ASSETS);
    assertThat(html).contains("<bdi>a[U+202E]b</bdi>");
  }

  @Test
  void onlyTheScriptsOfThePageMayRun() throws Exception {
    String html = ReportPage.html(data("v"), tables(""), ASSETS);
    Matcher scripts = SCRIPT.matcher(html);
    int found = 0;
    while (scripts.find()) {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(scripts.group(1).getBytes(StandardCharsets.UTF_8));
      assertThat(html).contains("'sha256-" + Base64.getEncoder().encodeToString(digest) + "'");
      found++;
    }
    assertThat(found).isEqualTo(2);
    assertThat(html).contains("default-src 'none'").doesNotContain("http://", "https://");
  }

  @Test
  void theOwnAssetsCanBeInlinedAndThePageAsksForNothing() {
    String html = ReportPage.html(data("v"), tables(""));
    assertThat(html).hasSizeGreaterThan(1_000_000);
    assertThat(markup(html)).doesNotContain("<link", " src=", "@import", "url(", "://");
    assertThatThrownBy(
            () ->
                ReportPage.html(
                    data("v"), tables(""), new PageAssets("'</SCRIPT>'", "var page;", "")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void sectionsAreInOrderAndThoseWithoutDataAreLeftOut() {
    String all = ReportPage.html(data("v"), tables(""), ASSETS);
    assertThat(sections(all))
        .containsExactly(
            "summary",
            "detections",
            "videos",
            "accuracy",
            "curves",
            "classes",
            "training",
            "coarse",
            "null-model",
            "loss",
            "quality",
            "tables");
    assertThat(charts(all))
        .containsExactly("timeline", "roc", "pr", "training", "scatter", "null-model", "loss");
    ReportTables few = new ReportTables(List.of(), part(""), null, null, null, null, part(""));
    assertThat(sections(ReportPage.html(empty(), few, ASSETS)))
        .containsExactly("summary", "tables");
  }

  @Test
  void timesAreToldWhereFramesPerSecondAreKnown() {
    String html = ReportPage.html(data("v"), tables(""), ASSETS);
    assertThat(html).contains("<bdi>1:02:03</bdi>");
    assertThat(Figures.time(null)).isEmpty();
    assertThat(Figures.time(59.99)).isEqualTo("0:00:59");
  }

  /** The page without its scripts and data. */
  private static String markup(String html) {
    return Pattern.compile("<script.*?</script>", Pattern.DOTALL).matcher(html).replaceAll("");
  }

  private static String scripts(String html) {
    return html.substring(html.indexOf("id=\"report-data\""));
  }

  private static List<String> sections(String html) {
    return Pattern.compile("<section id=\"([^\"]+)\"")
        .matcher(html)
        .results()
        .map(r -> r.group(1))
        .toList();
  }

  private static List<String> charts(String html) {
    return Pattern.compile("data-chart=\"([^\"]+)\"")
        .matcher(html)
        .results()
        .map(r -> r.group(1))
        .toList();
  }

  private static JsonNode json(String html) throws Exception {
    Matcher data = DATA.matcher(html);
    assertThat(data.find()).isTrue();
    return new ObjectMapper().readTree(data.group(1));
  }

  private static Part part(String name) {
    return new Part(List.of(Grid.of("a").row(name)), List.of(name));
  }

  private static ReportTables tables(String name) {
    Part part = part(name);
    return new ReportTables(List.of(name), part, part, part, part, part, part);
  }

  private static ReportData empty() {
    return new ReportData(
        1,
        "empty",
        "2026-01-01T00:00:00Z",
        "1",
        null,
        null,
        new ReportData.Totals(0, 0, 0, 0),
        List.of(),
        List.of(),
        null,
        List.of(),
        null,
        null,
        List.of(),
        null);
  }

  private static ReportData data(String name) {
    Timeline timeline = Timeline.of(new double[] {0.1, 0.9, 0.2}, 50);
    ReportData.Curve curve =
        new ReportData.Curve("detector", new double[] {0, 1}, new double[] {0, 1}, 0.5);
    return new ReportData(
        1,
        name,
        "2026-01-01T00:00:00Z",
        "1",
        16,
        0.5,
        new ReportData.Totals(1, 1, 1, 1),
        List.of(
            new ReportData.Video(
                name,
                "test",
                "0",
                name,
                3,
                48L,
                25.0,
                name,
                null,
                name,
                1,
                List.of(new long[] {1, 2}),
                0.9,
                0.4,
                null,
                timeline.width(),
                timeline.high(),
                timeline.low())),
        List.of(new ReportData.Detection(0, 16, 32, 3723.9, 3724.0, 0.9, 0.9, null)),
        new ReportData.Curves(List.of(curve), List.of(curve), 0.1),
        List.of(
            new ReportData.TrainingVideo(
                name,
                2,
                1,
                new double[] {1, 2},
                new double[] {0.1, 1e-9},
                0.05,
                new int[] {1, 2},
                List.of(new int[] {1, 2}),
                null)),
        new ReportData.Scatter(
            List.of(
                new ReportData.Points(
                    "normal", new double[] {1}, new double[] {2}, new String[] {name})),
            1,
            1,
            List.of()),
        new ReportData.NullModel(
            new double[] {0, 1, 2}, new long[] {3, 4}, new long[] {0, 1}, 1, 0.5),
        List.of(0.6, 0.5),
        null);
  }
}
