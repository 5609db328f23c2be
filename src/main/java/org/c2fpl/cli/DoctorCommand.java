package org.c2fpl.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.c2fpl.doctor.Doctor;
import org.c2fpl.doctor.Finding;
import org.c2fpl.workspace.Workspace;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code c2fpl doctor}. */
@Command(
    name = "doctor",
    header = "Check Java, Spark, native libraries, memory and file system; show what to fix.",
    description = {"Exit code 65 if something is wrong."},
    footer = {"", "Example:", "  c2fpl doctor --workspace hdfs:///c2fpl"})
final class DoctorCommand implements Callable<Integer> {
  @Option(
      names = "--workspace",
      paramLabel = "URI",
      description = "Also try to write to this workspace, and check that its tables are complete.")
  String workspace;

  @Mixin HelpOption help;

  @Override
  public Integer call() {
    SparkSession spark = Sessions.start("doctor");
    try {
      Workspace place =
          workspace == null
              ? null
              : Workspace.open(workspace, spark.sparkContext().hadoopConfiguration());
      List<Finding> findings = new Doctor(spark).examine(place);
      Console console = Console.standard();
      findings.forEach(finding -> console.noted(coloured(finding, console)));
      return findings.stream().anyMatch(f -> f.severity() == Finding.Severity.FAILURE)
          ? ExitCode.DATA
          : ExitCode.DONE;
    } finally {
      spark.stop();
    }
  }

  private static String coloured(Finding finding, Console console) {
    String line = finding.line();
    Terminal.Colour colour =
        switch (finding.severity()) {
          case OK -> Terminal.Colour.OK;
          case WARNING -> Terminal.Colour.WARNING;
          case FAILURE -> Terminal.Colour.ERROR;
        };
    int end = line.indexOf(' ');
    return console.painted(colour, line.substring(0, end)) + line.substring(end);
  }
}
