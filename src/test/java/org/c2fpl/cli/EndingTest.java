package org.c2fpl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.InfrastructureException;
import org.c2fpl.stage.StageEvents.Figure;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A command that waits for Spark ends with the error that ended a thread of Spark. */
class EndingTest {
  private final PrintStream standardError = System.err;
  private final Ending ending = Ending.watch(Console.silent());

  @AfterEach
  void over() {
    Ending.over();
    System.setErr(standardError);
    assertThat(Thread.getDefaultUncaughtExceptionHandler()).isNull();
  }

  @Test
  void memoryThatRanOutOnAnotherThreadEndsTheCommandWithWords() {
    Throwable meaning = waitWhile(new OutOfMemoryError("Java heap space"));
    assertThat(meaning)
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            "Cannot go on: the driver ran out of memory (Java heap space). Raise"
                + " C2FPL_DRIVER_MEMORY, or spark.driver.memory with spark-submit, above ");
    assertThat(CommandLines.exitCode(meaning)).isEqualTo(ExitCode.DATA);
  }

  @Test
  void anyOtherErrorIsOurs() {
    Throwable meaning = waitWhile(new NoSuchMethodError("void x()"));
    assertThat(meaning).hasMessage("java.lang.NoSuchMethodError: void x()");
    assertThat(CommandLines.exitCode(meaning)).isEqualTo(ExitCode.INTERNAL);
  }

  @Test
  void aSignalIsReportedWithTheStage() {
    ending.started("run");
    ending.started("train");
    ending.figure(Figure.TRAINING_EPOCH, 4);
    ending.interrupted();
    Throwable meaning = Ending.meaning(new IllegalStateException("SparkContext was shut down"));
    assertThat(meaning)
        .isInstanceOf(InfrastructureException.class)
        .hasMessage("Interrupted in train after epoch 4; the same command continues.");
    assertThat(meaning.getSuppressed()).hasSize(1);
  }

  @Test
  void afterASignalTheCommandAloneWritesToStandardError() throws InterruptedException {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    ending.interrupted();
    Thread sparks = new Thread(() -> new RejectedExecutionException().printStackTrace());
    sparks.start();
    sparks.join();
    System.err.print("the command's");
    assertThat(written.toString(StandardCharsets.UTF_8)).isEqualTo("the command's");
  }

  @Test
  void aStageWithoutEpochsHasNone() {
    ending.started("train");
    ending.figure(Figure.TRAINING_EPOCH, 4);
    ending.started("score");
    ending.interrupted();
    assertThat(Ending.meaning(new IllegalStateException()))
        .hasMessage("Interrupted in score; the same command continues.");
  }

  @Test
  void whatHasEndedByItselfIsNotInterrupted() {
    Ending.over();
    ending.interrupted();
    IllegalStateException own = new IllegalStateException("own");
    assertThat(Ending.meaning(own)).isSameAs(own);
  }

  private static Throwable waitWhile(Error error) {
    new Thread(
            () -> {
              throw error;
            },
            "dispatcher-event-loop-0")
        .start();
    try {
      new CountDownLatch(1).await();
      throw new AssertionError("not interrupted");
    } catch (InterruptedException e) {
      return Ending.meaning(e);
    }
  }
}
