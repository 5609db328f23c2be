package org.c2fpl.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.c2fpl.report.page.StudyData;
import org.c2fpl.report.page.StudyPage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResultsPlotsTest {
  private static final Pattern DATA =
      Pattern.compile("<script type=\"application/json\" id=\"report-data\">(.*?)</script>");

  /** Quantiles as tables of Student's t have them: 4.303, 3.182 and 2.262. */
  @ParameterizedTest
  @CsvSource({"3, 4.303", "4, 3.182", "10, 2.262"})
  void theIntervalIsStudentsT(int n, double quantile) {
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      values.add((double) i * i);
    }
    Sample sample = Sample.of(values);
    assertThat(sample.margin())
        .isCloseTo(quantile * sample.deviation() / Math.sqrt(n), within(5e-4 * sample.deviation()));
  }

  /** 0.1 three times has a sum whose third is not 0.1. */
  @Test
  void figuresThatAreTheSameHaveNoInterval() {
    assertThat(Sample.of(List.of(0.1, 0.1, 0.1)).margin()).isZero();
  }

  @Test
  void anIntervalTakesThreeSeeds() {
    Study study = study("[0, 1, 2]", "{name: a}", "{name: b}");
    StudyData data =
        ResultsPlots.data(
            study,
            List.of(
                done("a", 0, 0.6, "{}"),
                done("a", 1, 0.7, "{}"),
                done("a", 2, 0.8, "{}"),
                done("b", 0, 0.5, "{}"),
                done("b", 1, 0.6, "{}")));
    StudyData.Estimate three = data.variants().get(0).estimates().get("frame_auc");
    assertThat(three.seeds()).isEqualTo(3);
    assertThat(three.mean()).isCloseTo(0.7, within(1e-12));
    assertThat(three.low()).isCloseTo(0.7 - 0.2484, within(1e-4));
    assertThat(three.high()).isCloseTo(0.7 + 0.2484, within(1e-4));
    assertThat(data.variants().get(0).estimates().get("wall_seconds").low()).isNull();
    StudyData.Estimate two = data.variants().get(1).estimates().get("frame_auc");
    assertThat(two.mean()).isCloseTo(0.55, within(1e-12));
    assertThat(two.low()).isNull();
    assertThat(data.metrics())
        .extracting(StudyData.Metric::key)
        .as("what no run has is not offered")
        .containsExactly("frame_auc", "frame_ap", "wall_seconds");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "one number|          {\"eta\":\"0.5\"}             | {\"eta\":\"1.0\"}               |"
            + " eta",
        "beside others|       {\"eta\":\"0.5\",\"p\":\"x\"} | {\"eta\":\"1e1\",\"p\":\"x\"}   |"
            + " eta",
        "two numbers|         {\"eta\":\"0.5\",\"b\":\"1\"} | {\"eta\":\"1\",\"b\":\"2\"}     |",
        "a text|              {\"eta\":\"0.5\"}             | {\"eta\":\"auto\"}              |",
        "a Java number|       {\"eta\":\"0.5\"}             | {\"eta\":\"1d\"}                |",
        "a default|           {\"eta\":\"0.5\"}             | {}                              |",
        "the same twice|      {\"eta\":\"1\"}               | {\"eta\":\"1.0\"}               |",
        "nothing|             {\"eta\":\"1\"}               | {\"eta\":\"1\"}                 |",
      })
  void oneNumericOptionMakesACurve(String what, String first, String second, String option) {
    StudyData data =
        ResultsPlots.data(
            study("[0]", "{name: a}", "{name: b}"),
            List.of(done("a", 0, 0.6, first), done("b", 0, 0.7, second)));
    assertThat(data.option()).as(what).isEqualTo(option);
    assertThat(data.variants())
        .extracting(StudyData.Variant::value)
        .allMatch(value -> (value == null) == (option == null));
  }

  @Test
  void variantsOfDifferentScoresAreNoCurve() {
    Study study = study("[0]", "{name: a, set: {eta: 1}}", "{name: b, score: norm, set: {eta: 2}}");
    assertThat(ResultsPlots.data(study, List.of()).option()).isNull();
    assertThat(
            ResultsPlots.data(
                    study("[0]", "{name: a, set: {eta: 1}}", "{name: b, set: {eta: 2}}"), List.of())
                .option())
        .as("variants not run yet keep their place in the study's file")
        .isEqualTo("eta");
  }

  static Stream<Path> committed() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("docs/results"))) {
      return files.filter(file -> file.toString().endsWith(".csv")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("committed")
  void thePageHasTheFiguresOfTheFile(Path csv) throws IOException {
    String name = csv.getFileName().toString().replace(".csv", "");
    Study study = StudyFile.read(Path.of("conf/studies", name + ".yaml")).study();
    List<Result> results = ResultsCsv.read(Files.readString(csv), csv.toString());
    JsonNode json = json(StudyPage.html(ResultsPlots.data(study, results)));
    int compared = 0;
    for (Result result : results) {
      for (JsonNode variant : json.path("variants")) {
        for (JsonNode run : variant.path("runs")) {
          if (variant.path("name").asText().equals(result.variant())
              && run.path("seed").asLong() == result.seed()) {
            JsonNode figures = run.path("figures");
            assertThat(value(figures.path("frame_auc"))).isEqualTo(result.frameAuc());
            assertThat(value(figures.path("frame_ap"))).isEqualTo(result.frameAp());
            assertThat(value(figures.path("coarse_accuracy"))).isEqualTo(result.coarseAccuracy());
            assertThat(value(figures.path("fine_precision"))).isEqualTo(result.finePrecision());
            assertThat(value(figures.path("fine_recall"))).isEqualTo(result.fineRecall());
            assertThat(value(figures.path("wall_seconds"))).isEqualTo(result.wallSeconds());
            compared++;
          }
        }
      }
    }
    assertThat(compared).isEqualTo(results.size()).isPositive();
    assertThat(json.path("option").asText(""))
        .isEqualTo(List.of("eta", "beta").contains(name) ? name : "");
  }

  @Test
  void secondsAreThoseOfTheFileNotOfTheClock() {
    StudyData data =
        ResultsPlots.data(study("[0]", "{name: a}"), List.of(done("a", 0, 0.5, 12.345678, "{}")));
    assertThat(data.variants().get(0).runs().get(0).figures()).containsEntry("wall_seconds", 12.3);
  }

  @Test
  void failedAndMissingRunsAreSaid() {
    Result failed =
        new Result(
            "s",
            "b",
            0,
            "{}",
            "detector",
            null,
            null,
            null,
            null,
            null,
            new TreeMap<>(),
            null,
            "failed: Cannot train <b>.");
    String html =
        StudyPage.html(
            ResultsPlots.data(
                study("[0]", "{name: a}", "{name: b}", "{name: c}"),
                List.of(done("a", 0, 0.5, "{}"), failed)));
    assertThat(html)
        .contains("b, seed 0: failed: Cannot train &lt;b&gt;.")
        .contains("<p>c: not run.</p>");
    assertThat(StudyPage.html(ResultsPlots.data(study("[0]", "{name: a}"), List.of(failed))))
        .contains("No run has figures.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "</script><script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<!--",
        "' onmouseover='alert(1)",
        "evil\u202etxt.exe",
        "{a|b} {b}: {@[0]} & co"
      })
  void aNameIsTextAndNothingElse(String name) throws IOException {
    Study study =
        new Study(
            "s",
            name,
            name,
            List.of(0L),
            "train",
            "test",
            List.of(new Study.Variant(name, new TreeMap<>(), "detector", 50.0, name)));
    StudyData data = ResultsPlots.data(study, List.of(done(name, 0, 0.5, "{}")));
    String html = StudyPage.html(data);
    assertThat(html.split("(?i)<script", -1)).as("the data and two scripts").hasSize(4);
    assertThat(html.split("</script>", -1)).hasSize(4);
    String list = StudyPage.list(List.of(new StudyPage.Entry("s", data)));
    for (String text : List.of(html.replaceAll("(?s)<script.*?</script>", ""), list)) {
      assertThat(text).doesNotContain("<img", "<!--", "='alert", "<script", "\u202e");
    }
    assertThat(json(html).path("variants").path(0).path("name").asText()).isEqualTo(name);
  }

  @Test
  void theListLinksToTheStudiesAndHasNoScript() {
    StudyData data = ResultsPlots.data(study("[0]", "{name: a}"), List.of(done("a", 0, 0.5, "{}")));
    String list = StudyPage.list(List.of(new StudyPage.Entry("one", data)));
    assertThat(list).contains("<a href=\"./one/index.html\">").doesNotContain("<script");
    assertThat(list).hasSizeLessThan(100_000);
  }

  private static Double value(JsonNode node) {
    return node.isNumber() ? node.doubleValue() : null;
  }

  private static JsonNode json(String html) throws IOException {
    Matcher data = DATA.matcher(html);
    assertThat(data.find()).isTrue();
    return new ObjectMapper().readTree(data.group(1));
  }

  private static Study study(String seeds, String... variants) {
    return StudyFile.parse(
            "name: s\nseeds: " + seeds + "\nvariants:\n  - " + String.join("\n  - ", variants),
            "here")
        .study();
  }

  private static Result done(String variant, long seed, double auc, String options) {
    return done(variant, seed, auc, 10, options);
  }

  private static Result done(
      String variant, long seed, double auc, double seconds, String options) {
    return new Result(
        "s",
        variant,
        seed,
        options,
        "detector",
        null,
        null,
        null,
        auc,
        0.25,
        new TreeMap<>(),
        seconds,
        Result.DONE);
  }
}
