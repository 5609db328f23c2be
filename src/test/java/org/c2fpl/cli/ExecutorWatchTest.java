package org.c2fpl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.c2fpl.stage.Console;
import org.junit.jupiter.api.Test;

class ExecutorWatchTest {
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final AtomicBoolean starving = new AtomicBoolean(true);
  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 7);
  private final ExecutorWatch watch =
      new ExecutorWatch(
          starving::get,
          new Console(
              System.out,
              new PrintStream(said, true, StandardCharsets.UTF_8),
              /* terminal= */ false),
          clock::get);

  @Test
  void warnsAfterAWhileAndMuchLaterAgain() {
    after(Duration.ZERO, 0);
    after(ExecutorWatch.FIRST.minusSeconds(1), 0);
    after(Duration.ofSeconds(1), 1);
    assertThat(text()).contains("warning: The cluster has given no executor for 30.0 s");
    after(ExecutorWatch.AGAIN.minusSeconds(1), 1);
    after(Duration.ofSeconds(1), 2);
    assertThat(text()).contains("for 10 min 30 s");
  }

  @Test
  void anExecutorInBetweenStartsTheTimeAnew() {
    after(Duration.ZERO, 0);
    starving.set(false);
    after(ExecutorWatch.FIRST, 0);
    starving.set(true);
    after(Duration.ofSeconds(1), 0);
    after(ExecutorWatch.FIRST.minusSeconds(1), 0);
    after(Duration.ofSeconds(1), 1);
  }

  private void after(Duration more, int warnings) {
    clock.addAndGet(more.toNanos());
    watch.look();
    assertThat(text().lines()).hasSize(warnings);
  }

  private String text() {
    return said.toString(StandardCharsets.UTF_8);
  }
}
