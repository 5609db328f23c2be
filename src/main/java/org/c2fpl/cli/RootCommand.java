package org.c2fpl.cli;

import java.util.List;
import org.c2fpl.workspace.Versions;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code c2fpl}: shows the commands. */
@Command(
    name = "c2fpl",
    versionProvider = RootCommand.Version.class,
    header = "Finds anomalous events in surveillance footage without labels, on Apache Spark.",
    synopsisSubcommandLabel = "<command>",
    footer = {
      "",
      "Begin with 'c2fpl demo'. 'c2fpl help <command>' shows the options of a command.",
      "Exit codes: 0 done, 64 wrong arguments, 65 wrong data or environment, 70 internal fault,",
      "75 lost infrastructure (try again)."
    })
final class RootCommand implements Runnable {
  /** All commands, in the order of the help. */
  static final List<Class<?>> COMMANDS =
      List.of(
          DemoCommand.class,
          FootageCommand.class,
          IngestCommand.class,
          AnnotateCommand.class,
          StatsCommand.class,
          CoarseCommand.class,
          FineCommand.class,
          TrainCommand.class,
          ModelsCommand.class,
          PromoteCommand.class,
          ScoreCommand.class,
          EvaluateCommand.class,
          ReportCommand.class,
          ExportCommand.class,
          RunCommand.class,
          ExperimentCommand.class,
          PlanCommand.class,
          LineageCommand.class,
          GcCommand.class,
          ForgetCommand.class,
          DoctorCommand.class,
          CompletionCommand.class);

  @Spec CommandSpec spec;

  @Mixin HelpOption help;

  @Option(names = "--version", versionHelp = true, description = "Show the version.")
  boolean version;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "No command was given");
  }

  /** The versions of the program and of its main libraries. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return Versions.all().entrySet().stream()
          .map(entry -> entry.getKey() + " " + entry.getValue())
          .toArray(String[]::new);
    }
  }
}
