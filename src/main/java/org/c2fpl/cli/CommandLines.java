package org.c2fpl.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FSError;
import org.c2fpl.detector.LearningRateRule;
import org.c2fpl.detector.MasterKind;
import org.c2fpl.detector.Optimizer;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.InfrastructureException;
import org.c2fpl.errors.UsageException;
import org.c2fpl.formats.annotations.AnnotationFormat;
import org.c2fpl.formats.features.Axes;
import org.c2fpl.method.NormKind;
import org.c2fpl.method.evaluation.TailPolicy;
import org.c2fpl.method.fine.PValue;
import org.c2fpl.method.fine.SegmentLabels;
import org.c2fpl.method.fine.WindowRule;
import org.c2fpl.method.statistics.Statistic;
import org.c2fpl.stages.AnnotateStage;
import org.c2fpl.stages.EvaluateStage;
import org.c2fpl.stages.Failures;
import org.c2fpl.stages.coarse.Clustering;
import org.c2fpl.stages.coarse.Supervision;
import org.c2fpl.stages.ingest.FeatureFormat;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Parses a command line, runs its command, turns failures into messages and exit codes. */
public final class CommandLines {
  private CommandLines() {}

  /** The command line with all commands, as the reference is generated from it. */
  public static CommandLine create() {
    return create(RootCommand.COMMANDS);
  }

  /**
   * The command line for these arguments: with the one command they name, or, where they name none,
   * with all. Each command costs a reflective look at all of its options.
   */
  static CommandLine forArguments(String... args) {
    return create(
        RootCommand.COMMANDS.stream()
            .filter(command -> args.length > 0 && name(command).equals(args[0]))
            .findFirst()
            .<List<Class<?>>>map(List::of)
            .orElse(RootCommand.COMMANDS));
  }

  private static String name(Class<?> command) {
    return command.getAnnotation(CommandLine.Command.class).name();
  }

  private static CommandLine create(List<Class<?>> commands) {
    CommandLine root = new CommandLine(new RootCommand());
    commands.forEach(root::addSubcommand);
    CommandLine commandLine = prepared(root);
    commandLine.setUsageHelpWidth(100);
    commandLine.setParameterExceptionHandler(CommandLines::wrongArguments);
    commandLine.setExecutionExceptionHandler(
        (failure, command, parsed) -> report(failure, command));
    return commandLine;
  }

  /** A command line that knows the choices of all options. */
  static CommandLine of(Object command) {
    return prepared(new CommandLine(command));
  }

  private static CommandLine prepared(CommandLine commandLine) {
    commandLine.setAbbreviatedOptionsAllowed(false);
    registerChoice(commandLine, FeatureFormat.class);
    registerChoice(commandLine, Axes.class);
    registerChoice(commandLine, FeatureFileOptions.OnBadVideo.class);
    registerChoice(commandLine, FeatureFileOptions.Forgotten.class);
    registerChoice(commandLine, AnnotationFormat.class);
    registerChoice(commandLine, AnnotateStage.UnknownVideos.class);
    registerChoice(commandLine, AnnotateStage.Unlisted.class);
    registerChoice(commandLine, NormKind.class);
    registerChoice(commandLine, Clustering.class);
    registerChoice(commandLine, Supervision.class);
    registerChoice(commandLine, TailPolicy.class);
    registerChoice(commandLine, EvaluateStage.MissingScores.class);
    registerChoice(commandLine, Statistic.class);
    registerChoice(commandLine, PValue.class);
    registerChoice(commandLine, SegmentLabels.class);
    registerChoice(commandLine, WindowRule.class);
    registerChoice(commandLine, LearningRateRule.class);
    registerChoice(commandLine, MasterKind.class);
    registerChoice(commandLine, Optimizer.class);
    commandLine.getSubcommands().values().forEach(each -> givenFlagsAreTrue(each.getCommandSpec()));
    givenFlagsAreTrue(commandLine.getCommandSpec());
    return commandLine;
  }

  /**
   * A flag on the command line means true. Picocli takes it for the opposite of the default, which
   * a configuration file may have set to true as well.
   */
  private static void givenFlagsAreTrue(CommandSpec command) {
    for (OptionSpec option : List.copyOf(command.options())) {
      if (option.type() == boolean.class && !option.usageHelp() && !option.versionHelp()) {
        command.remove(option);
        command.addOption(option.toBuilder().fallbackValue("true").build());
      }
    }
  }

  /** Choices are written as their {@code toString} tells. */
  private static <E extends Enum<E>> void registerChoice(CommandLine commandLine, Class<E> type) {
    commandLine.registerConverter(
        type,
        text -> {
          for (E choice : type.getEnumConstants()) {
            if (choice.toString().toLowerCase(Locale.ROOT).equals(text)) {
              return choice;
            }
          }
          throw new CommandLine.TypeConversionException(
              "'" + text + "' is none of " + Arrays.toString(type.getEnumConstants()));
        });
  }

  /** Runs a command line to its exit code; prints, but never ends the process. */
  public static int execute(String... args) {
    CommandLine commandLine = forArguments(args);
    try {
      OptionDefaults.of(args).applyTo(commandLine);
    } catch (UsageException | DataException e) {
      return report(e, commandLine);
    }
    try {
      return commandLine.execute(args);
    } catch (FSError e) {
      // Hadoop's local file system says by an Error, which picocli passes on, that it cannot write.
      return report(e, commandLine);
    }
  }

  private static int wrongArguments(ParameterException failure, String[] args) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("error: " + failure.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(failure, err);
    err.println("See '" + command.getCommandSpec().qualifiedName() + " --help'.");
    err.flush();
    return ExitCode.USAGE;
  }

  private static int report(Throwable failure, CommandLine command) {
    PrintWriter err = command.getErr();
    Throwable cause = Failures.meaning(failure).map(Throwable.class::cast).orElse(failure);
    int exitCode = exitCode(cause);
    if (exitCode == ExitCode.INTERNAL) {
      err.println(
          "error: internal fault: "
              + cause
              + System.lineSeparator()
              + "This is not your fault. The stack trace is in the log"
              + logFile()
              + "; --verbose prints it here.");
      org.slf4j.LoggerFactory.getLogger(CommandLines.class).error("internal fault", failure);
    } else {
      err.println("error: " + cause.getMessage());
    }
    if (verbose(command)) {
      failure.printStackTrace(err);
    }
    err.flush();
    return exitCode;
  }

  static int exitCode(Throwable failure) {
    Throwable cause = Failures.meaning(failure).map(Throwable.class::cast).orElse(failure);
    if (cause instanceof UsageException) {
      return ExitCode.USAGE;
    }
    if (cause instanceof InfrastructureException) {
      return ExitCode.INFRASTRUCTURE;
    }
    return cause instanceof DataException ? ExitCode.DATA : ExitCode.INTERNAL;
  }

  private static boolean verbose(CommandLine command) {
    return command.getParseResult() != null
        && Stream.of("--verbose", "-v")
            .anyMatch(
                name ->
                    command.getParseResult().hasMatchedOption(name)
                        || (command.getParseResult().hasSubcommand()
                            && command.getParseResult().subcommand().hasMatchedOption(name)));
  }

  private static String logFile() {
    String file = System.getProperty("c2fpl.log");
    return file == null ? "" : " (" + file + ")";
  }
}
