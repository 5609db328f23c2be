package org.c2fpl.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.DidYouMean;
import org.c2fpl.errors.Failures;
import org.c2fpl.errors.InfrastructureException;
import org.c2fpl.errors.UsageException;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Parses a command line, runs its command, and turns failures into messages and exit codes. */
public final class CommandLines {
  private CommandLines() {}

  /** The command line with all commands, from which the reference is generated. */
  public static CommandLine create() {
    return create(RootCommand.COMMANDS);
  }

  /**
   * The command line for these arguments: with the command that they name, or with all commands if
   * they name none. Each command costs reflection over all of its options.
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
    commandLine.setColorScheme(
        CommandLine.Help.defaultColorScheme(
            Console.standard().hasColours()
                ? CommandLine.Help.Ansi.ON
                : CommandLine.Help.Ansi.OFF));
    commandLine.setParameterExceptionHandler(CommandLines::wrongArguments);
    commandLine.setExecutionExceptionHandler(
        (failure, command, parsed) -> report(failure, command, wantsJson(parsed.originalArgs())));
    return commandLine;
  }

  /** A command line that can parse the choices of all options. */
  static CommandLine of(Object command) {
    return prepared(new CommandLine(command));
  }

  private static CommandLine prepared(CommandLine commandLine) {
    commandLine.setAbbreviatedOptionsAllowed(false);
    // A name may begin with @.
    commandLine.setExpandAtFiles(false);
    registerChoices(commandLine);
    specs(commandLine).forEach(CommandLines::complete);
    return commandLine;
  }

  private static Stream<CommandSpec> specs(CommandLine commandLine) {
    return Stream.concat(Stream.of(commandLine), commandLine.getSubcommands().values().stream())
        .map(CommandLine::getCommandSpec);
  }

  /** Adds to options what their declarations imply. */
  private static void complete(CommandSpec command) {
    for (OptionSpec option : List.copyOf(command.options())) {
      Class<?> choice = option.auxiliaryTypes()[0];
      if (option.type() == boolean.class && !option.usageHelp() && !option.versionHelp()) {
        // A flag on the command line means true. Picocli would take it for the opposite of the
        // default, which a configuration file may have set to true.
        replace(command, option, option.toBuilder().fallbackValue("true"));
      } else if (choice.isEnum() && option.paramLabel().startsWith("<")) {
        // The help names the values of an option that is a choice, unless it has its own label.
        String values =
            Stream.of(choice.getEnumConstants())
                .map(Object::toString)
                .collect(Collectors.joining("|"));
        replace(command, option, option.toBuilder().paramLabel(values));
      }
    }
  }

  private static void replace(CommandSpec command, OptionSpec option, OptionSpec.Builder by) {
    command.remove(option);
    command.addOption(by.build());
  }

  /** Makes every choice of every option parse as its {@code toString} writes it. */
  private static void registerChoices(CommandLine commandLine) {
    specs(commandLine)
        .flatMap(command -> command.options().stream())
        .flatMap(
            option -> Stream.concat(Stream.of(option.type()), Stream.of(option.auxiliaryTypes())))
        .filter(Class::isEnum)
        .distinct()
        .forEach(type -> registerChoice(commandLine, type));
  }

  private static <T> void registerChoice(CommandLine commandLine, Class<T> type) {
    commandLine.registerConverter(
        type,
        text -> {
          for (T choice : type.getEnumConstants()) {
            if (choice.toString().toLowerCase(Locale.ROOT).equals(text)) {
              return choice;
            }
          }
          throw new CommandLine.TypeConversionException(
              "'"
                  + text
                  + "' is none of "
                  + Arrays.toString(type.getEnumConstants())
                  + "."
                  + DidYouMean.sentence(
                      text,
                      Stream.of(type.getEnumConstants()).map(each -> each.toString()).toList()));
        });
  }

  /** Runs a command line and returns its exit code; prints, but never ends the process. */
  public static int execute(String... arguments) {
    String[] args = helpAsOption(arguments);
    CommandLine commandLine = forArguments(args);
    Optional<ParameterException> unknown = UnknownNames.in(commandLine, args);
    if (unknown.isPresent()) {
      return wrongArguments(unknown.get(), args);
    }
    try {
      OptionDefaults.of(args, System.getenv()).applyTo(commandLine);
    } catch (UsageException | DataException e) {
      return report(e, commandLine, wantsJson(List.of(args)));
    }
    try {
      return commandLine.execute(args);
    } catch (Error e) {
      // Picocli passes errors on. Hadoop's local file system reports a failed write by an error.
      return report(e, commandLine, wantsJson(List.of(args)));
    } finally {
      Ending.over();
    }
  }

  /** {@code help} and {@code help run} ask for what {@code --help} and {@code run --help} show. */
  private static String[] helpAsOption(String... args) {
    if (args.length == 0 || !args[0].equals("help")) {
      return args;
    }
    return args.length == 1 ? new String[] {"--help"} : new String[] {args[1], "--help"};
  }

  private static boolean wantsJson(List<String> args) {
    return args.contains(JsonLines.OPTION);
  }

  private static int wrongArguments(ParameterException failure, String[] args) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    Console.standard().error(failure.getMessage());
    if (wantsJson(List.of(args))) {
      tellJson(command, ExitCode.USAGE, failure.getMessage());
    }
    if (args.length == 0) {
      command.usage(err);
    }
    err.println("See '" + command.getCommandSpec().qualifiedName() + " --help'.");
    err.flush();
    return ExitCode.USAGE;
  }

  private static int report(Throwable thrown, CommandLine command, boolean json) {
    PrintWriter err = command.getErr();
    Throwable failure = Ending.meaning(thrown);
    Throwable cause = Failures.meaning(failure).map(Throwable.class::cast).orElse(failure);
    int exitCode = exitCode(cause);
    String message = cause.getMessage();
    if (exitCode == ExitCode.INTERNAL) {
      message =
          "internal fault: "
              + cause
              + System.lineSeparator()
              + "This is not your fault. The stack trace is in the log"
              + logFile()
              + "; --verbose prints it here.";
      org.slf4j.LoggerFactory.getLogger(CommandLines.class).error("internal fault", failure);
    }
    Console.standard().error(message);
    if (json || (command.getCommand() instanceof WorkspaceCommand each && each.json() != null)) {
      tellJson(command, exitCode, message);
    }
    if (verbose(command)) {
      failure.printStackTrace(err);
    }
    err.flush();
    return exitCode;
  }

  private static void tellJson(CommandLine command, int exitCode, String message) {
    JsonLines lines = new JsonLines(System.out);
    if (command.getCommand() instanceof WorkspaceCommand failed) {
      failed.failed(lines, exitCode, message);
    } else {
      lines.error(exitCode, message);
      lines.end(exitCode, null, null, null, Duration.ZERO);
    }
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

  /** The path of the log in brackets; empty where spark-submit chose it. */
  static String logFile() {
    String file = System.getProperty("c2fpl.log");
    return file == null ? "" : " (" + file + ")";
  }
}
