package org.c2fpl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.NoSuchElementException;
import org.c2fpl.endtoend.SmallFootage;
import org.c2fpl.errors.InfrastructureException;
import org.c2fpl.stages.StageContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * Spark is ended under a command, as a cluster's master does it: what fails next can be anything.
 */
class StoppedSparkIT {
  @Command(name = "stopped")
  static final class Stopped extends WorkspaceCommand {
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
}
