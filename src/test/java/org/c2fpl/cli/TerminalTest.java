package org.c2fpl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.c2fpl.stage.Progress;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageEvents;
import org.c2fpl.testing.SharedSpark;
import org.junit.jupiter.api.Test;

/** The output on a terminal, and the detection of a terminal. */
class TerminalTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private Progress progress(long total) {
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    return progress(new Console(stream, stream, /* terminal= */ true), total);
  }

  private static Progress progress(StageEvents events, long total) {
    return new StageContext(null, null, 0, null, events).progress("score", total, "segments");
  }

  @Test
  void aTerminalIsWhatTheLauncherFound() {
    Map<String, String> xterm = Map.of("TERM", "xterm", "C2FPL_TERMINAL", "out err 120");
    assertThat(Terminal.of(xterm, false)).isEqualTo(new Terminal(true, true, 120, true, true));
    assertThat(Terminal.of(Map.of("TERM", "xterm", "C2FPL_TERMINAL", "out"), true))
        .as("Java's own opinion does not count then")
        .isEqualTo(new Terminal(true, false, 80, true, true));
    assertThat(
            Terminal.of(Map.of("TERM", "xterm", "C2FPL_TERMINAL", " err "), false).hasStatusLine())
        .isTrue();
    assertThat(Terminal.of(Map.of("TERM", "xterm"), true).out()).isTrue();
    assertThat(Terminal.of(Map.of("TERM", "xterm"), false).out()).isFalse();
  }

  @Test
  void dumbTerminalsHaveNoLineAndNobodyWhoWantsNoneHasColours() {
    Map<String, String> dumb = Map.of("TERM", "dumb", "C2FPL_TERMINAL", "out err 80");
    assertThat(Terminal.of(dumb, true).hasStatusLine()).isFalse();
    assertThat(Terminal.of(dumb, true).colours()).isFalse();
    assertThat(Terminal.of(Map.of("C2FPL_TERMINAL", "err"), true).hasStatusLine())
        .as("without TERM")
        .isFalse();
    Terminal plain =
        Terminal.of(Map.of("TERM", "xterm", "NO_COLOR", "1", "C2FPL_TERMINAL", "out err"), true);
    assertThat(plain.hasStatusLine()).isTrue();
    assertThat(plain.paint(Terminal.Colour.ERROR, "error:", false)).isEqualTo("error:");
    Terminal coloured = Terminal.of(Map.of("TERM", "xterm", "C2FPL_TERMINAL", "err"), false);
    assertThat(coloured.paint(Terminal.Colour.ERROR, "error:", false))
        .isEqualTo("\u001b[1;31merror:\u001b[0m");
    assertThat(coloured.paint(Terminal.Colour.OK, "ok", true))
        .as("output is no terminal")
        .isEqualTo("ok");
  }

  @Test
  void itNeverGoesBackAndTellsTheTimeThatIsLeft() throws Exception {
    try (Progress progress = progress(1000)) {
      assertThat(progress.text(100))
          .isEqualTo("score       0 % [........................]  0 of 1,000 segments");
      Thread.sleep(20);
      progress.reached(500);
      assertThat(progress.text(100))
          .startsWith("score      50 % [############............]  ")
          .contains(" left, ", "/s, 500 of 1,000");
      progress.reached(300);
      assertThat(progress.text(100)).contains(" 50 %");
      progress.reached(5000);
      assertThat(progress.text(100))
          .contains("100 % [########################]", "1,000 of 1,000")
          .doesNotContain("left");
    }
  }

  @Test
  void itFitsAnyTerminal() throws Exception {
    try (Progress progress = progress(1_000_000)) {
      Thread.sleep(20);
      progress.note("epoch 3/30, loss 0.4711");
      progress.reached(1234);
      for (int width = 20; width < 140; width++) {
        assertThat(progress.text(width)).startsWith("score       0 %").hasSizeLessThan(width);
      }
      assertThat(progress.text(139))
          .endsWith("1,234 of 1,000,000 segments, epoch 3/30, loss 0.4711");
    }
  }

  @Test
  void partsAddUp() {
    SparkSession spark = SharedSpark.session();
    try (Progress progress = progress(100)) {
      progress.skip(50);
      assertThat(progress.rows(spark, () -> 30)).isEqualTo(30);
      assertThat(progress.text(80)).contains(" 80 %");
      assertThat(progress.rows(spark, () -> 20)).isEqualTo(20);
      assertThat(progress.text(80)).contains("100 of 100");
    }
    assertThat(progress(StageEvents.NONE, 9).rows(null, () -> 9))
        .as("no terminal, so Spark is not asked")
        .isEqualTo(9);
  }
}
