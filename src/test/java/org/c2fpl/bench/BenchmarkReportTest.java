package org.c2fpl.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.c2fpl.errors.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkReportTest {
  @TempDir Path folder;

  private static SectionResult result(String section, boolean quick, List<String> notes) {
    Figure ours = new Figure("Spark", List.of(3.0, 1.0, 2.5));
    Figure yardstick = new Figure("numpy", List.of(1.25));
    return new SectionResult(
        section,
        "a title",
        "What it is.",
        "submit/bench " + section,
        quick,
        "2026-01-02T03:04:00Z",
        new TreeMap<>(Map.of("cores", "2", "CPU", "one")),
        new TreeMap<>(Map.of("spark", "3")),
        List.of(
            new Comparison("twice", "s", ours, yardstick, Goal.ratioAtMost(2)),
            new Comparison("less", "s", ours, yardstick, Goal.ratioAtMost(1.5)),
            new Comparison("alone", "s", ours, null, Goal.atMost(2)),
            new Comparison("faster", "segments/s", ours, yardstick, Goal.ratioAtLeast(1.7)),
            new Comparison("later", "s", ours, yardstick, Goal.excessAtMost(8)),
            new Comparison("free", "s", ours, null, null)),
        notes);
  }

  @Test
  void rendersASection() {
    assertThat(BenchmarkReport.render(result("fine", true, List.of("A note."))))
        .isEqualTo(
            """
            ## fine: a title

            **A quick run on cut-down sizes: it shows that the section works, no more.**

            What it is.

            | case | ours | yardstick | ratio | goal | met |
            |---|---|---|---|---|---|
            | twice | Spark: 2.50 s (1.00 – 3.00) | numpy: 1.25 s | 2.00 | ≤ 2 × | met |
            | less | Spark: 2.50 s (1.00 – 3.00) | numpy: 1.25 s | 2.00 | ≤ 1.5 × | **missed** |
            | alone | Spark: 2.50 s (1.00 – 3.00) | – | – | ≤ 2 s | **missed** |
            | faster | Spark: 2.50 segments/s (1.00 – 3.00) | numpy: 1.25 segments/s | 2.00 | ≥ 1.7 × | met |
            | later | Spark: 2.50 s (1.00 – 3.00) | numpy: 1.25 s | 2.00 | ≤ yardstick + 8 s | met |
            | free | Spark: 2.50 s (1.00 – 3.00) | – | – | – | – |

            * A note.

            2026-01-02T03:04:00Z, `submit/bench fine`. CPU one, cores 2. spark 3.
            """);
  }

  @Test
  void aSectionIsReplacedAloneAndTheOthersStay() throws IOException {
    Path results = folder.resolve("results");
    Path document = folder.resolve("benchmarks.md");
    BenchmarkReport.update(result("fine", true, List.of()), results, document);
    BenchmarkReport.update(result("stats", false, List.of()), results, document);
    String before = Files.readString(document);
    assertThat(before).contains("## train\n\nNot run.\n").contains("`submit/bench fine`");
    BenchmarkReport.update(result("fine", false, List.of()), results, document);
    String after = Files.readString(document);
    assertThat(after).doesNotContain("quick run").contains("`submit/bench stats`");
    assertThat(after.indexOf("## stats")).isLessThan(after.indexOf("## fine"));
    BenchmarkReport.write(results, document);
    assertThat(document).hasContent(after);
  }

  @Test
  void theDocumentIsThatOfTheResults() throws IOException {
    Path written = folder.resolve("benchmarks.md");
    BenchmarkReport.write(Path.of("docs", "benchmarks"), written);
    assertThat(Path.of("docs", "benchmarks.md")).hasContent(Files.readString(written));
  }

  @Test
  void theMedianOfAnEvenNumberLiesBetween() {
    assertThat(new Figure("x", List.of(4.0, 1.0, 3.0, 2.0)).median()).isEqualTo(2.5);
  }

  @Test
  void numbersKeepThreeDigits() {
    assertThat(BenchmarkReport.number(0.012345)).isEqualTo("0.0123");
    assertThat(BenchmarkReport.number(12.345)).isEqualTo("12.3");
    assertThat(BenchmarkReport.number(1234567)).isEqualTo("1,234,567");
    assertThat(BenchmarkReport.number(0)).isEqualTo("0");
  }

  @Test
  void startUpIsNoDeviationFromProportionality() {
    assertThat(GrowthSection.deviation(List.of(1L, 2L, 4L), List.of(11.0, 12.0, 14.0)))
        .isCloseTo(0, within(1e-9));
    assertThat(GrowthSection.deviation(List.of(1L, 2L, 4L), List.of(1.0, 4.0, 16.0)))
        .isGreaterThan(0.1);
  }

  @Test
  void readsTheTimeThatAStagePrints() {
    assertThat(HeapSection.seconds("stats", List.of("stats     norms (of) 3 (0.8 s)")))
        .isEqualTo(0.8);
    assertThat(HeapSection.seconds("stats", List.of("x", "stats     norms (3 min 20 s)")))
        .isEqualTo(200);
    assertThat(HeapSection.seconds("stats", List.of("stats     norms (2 h 5 min)")))
        .isEqualTo(7500);
  }

  @Test
  void refusesWhatIsNoSection() {
    assertThatThrownBy(() -> BenchOptions.parse(new String[] {"stat"}))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("Cannot run stat: it is neither a section nor an option.");
    assertThat(BenchOptions.parse(new String[] {"fine", "stats"}).sections())
        .containsExactly("stats", "fine");
    assertThat(BenchOptions.parse(new String[] {"--quick"}).repeats()).isEqualTo(1);
  }
}
