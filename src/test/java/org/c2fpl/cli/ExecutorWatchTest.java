package org.c2fpl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ExecutorWatchTest {
  private final List<String> said = new ArrayList<>();
  private final AtomicBoolean starving = new AtomicBoolean(true);
  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 7);
  private final ExecutorWatch watch = new ExecutorWatch(starving::get, said::add, clock::get);

  @Test
  void warnsAfterAWhileAndMuchLaterAgain() {
    after(Duration.ZERO, 0);
    after(ExecutorWatch.FIRST.minusSeconds(1), 0);
    after(Duration.ofSeconds(1), 1);
    assertThat(said.get(0)).contains("The cluster has given no executor for 30.0 s");
    after(ExecutorWatch.AGAIN.minusSeconds(1), 1);
    after(Duration.ofSeconds(1), 2);
    assertThat(said.get(1)).contains("for 10 min 30 s");
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
    assertThat(said).hasSize(warnings);
  }
}
