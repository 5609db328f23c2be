package org.c2fpl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.JavaSparkContext;
import org.c2fpl.endtoend.SmallFootage;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.Failures;
import org.c2fpl.errors.InfrastructureException;
import org.c2fpl.stage.StageContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * Spark is stopped during a command, like by a cluster's master: then anything may fail next. Or
 * one of its threads ends, and nothing fails.
 */
class StoppedSparkIT {
  /** A command that starts in an empty folder. */
  private abstract static class Beginning extends WorkspaceCommand {
    @Override
    final boolean makesWorkspace() {
      return true;
    }
  }

  @AfterEach
  void over() {
    Ending.over();
  }

  @Command(name = "stopped")
  static final class Stopped extends Beginning {
    @Override
    void execute(StageContext context) {
      context.spark().sparkContext().stop();
      throw new NoSuchElementException("None.get");
    }
  }

  @Test
  void isNoInternalFault(@TempDir Path folder) throws Exception {
    Stopped command = new Stopped();
    new CommandLine(command).parseArgs("--workspace", folder.toString());
    assertThatThrownBy(command::call)
        .isInstanceOf(InfrastructureException.class)
        .hasMessageContaining("the application was ended from outside")
        .hasRootCauseMessage("None.get");
    assertThat(SmallFootage.runs(folder))
        .singleElement()
        .satisfies(
            record -> assertThat(record.path("outcome").asText()).isEqualTo("infrastructure"));
  }

  @Command(name = "starved")
  static final class Starved extends Beginning {
    @Override
    void execute(StageContext context) {
      JavaSparkContext spark = JavaSparkContext.fromSparkContext(context.spark().sparkContext());
      // Spark's scheduler writes this into the task, on a separate thread.
      spark.parallelize(List.of(new Large()), 1).count();
    }
  }

  private static final class Large implements Serializable {
    private static final long serialVersionUID = 1L;

    private void writeObject(ObjectOutputStream out) {
      throw new OutOfMemoryError("Java heap space");
    }
  }

  @Test
  void memoryThatRunsOutWhileATaskIsMadeEndsTheCommand(@TempDir Path folder) throws Exception {
    Starved command = new Starved();
    new CommandLine(command).parseArgs("--workspace", folder.toString());
    assertThatThrownBy(command::call)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("the driver ran out of memory (Java heap space)");
    assertThat(SmallFootage.runs(folder))
        .singleElement()
        .satisfies(record -> assertThat(record.path("exit_code").asInt()).isEqualTo(65));
  }

  @Command(name = "hungry")
  static final class Hungry extends Beginning {
    @Override
    void execute(StageContext context) {
      JavaSparkContext.fromSparkContext(context.spark().sparkContext())
          .parallelize(List.of(1), 1)
          .foreach(
              any -> {
                throw new OutOfMemoryError("Java heap space");
              });
    }
  }

  @Test
  void memoryThatRunsOutInALocalTaskEndsTheCommand(@TempDir Path folder) {
    Hungry command = new Hungry();
    new CommandLine(command).parseArgs("--workspace", folder.toString());
    assertThatThrownBy(command::call)
        .satisfies(
            failure -> {
              assertThat(CommandLines.exitCode(failure)).isEqualTo(ExitCode.DATA);
              assertThat(Failures.meaning(failure).orElseThrow())
                  .hasMessageContaining("the driver ran out of memory (Java heap space)");
            });
  }
}
