package org.c2fpl.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.c2fpl.errors.DidYouMean;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Finds commands and options that do not exist, before anything is read or written.
 *
 * <p>Picocli itself takes an unknown option for a value of the option before it, if that has
 * several values, and reports a missing option first if its name is misspelt. Here every argument
 * that begins with two dashes is an option; a value with two dashes is written {@code
 * --option=--value}.
 */
final class UnknownNames {
  /** The launcher's own options. */
  private static final List<String> OF_THE_LAUNCHER = List.of("--master", "--dry-run");

  private UnknownNames() {}

  /** The message for the first unknown name; empty if all are known. */
  static Optional<ParameterException> in(CommandLine root, String... args) {
    if (args.length == 0) {
      return Optional.empty();
    }
    boolean option = args[0].startsWith("-");
    CommandLine command = option ? root : root.getSubcommands().get(args[0]);
    if (command == null) {
      List<String> commands = new ArrayList<>(root.getSubcommands().keySet());
      commands.add("help");
      return Optional.of(
          new ParameterException(
              root,
              "Cannot run '"
                  + args[0]
                  + "': there is no such command."
                  + DidYouMean.sentence(args[0], commands)));
    }
    for (int i = option ? 0 : 1; i < args.length && !args[i].equals("--"); i++) {
      String name = args[i].startsWith("-") ? args[i].replaceFirst("(?s)=.*", "") : args[i];
      if (isOption(name) && !known(command.getCommandSpec(), name, i == 0 ? "" : args[i - 1])) {
        return Optional.of(new ParameterException(command, unknown(command, root, name)));
      }
    }
    return Optional.empty();
  }

  private static boolean isOption(String text) {
    return text.startsWith("-") && text.length() > 1;
  }

  private static boolean known(CommandSpec command, String name, String before) {
    if (command.findOption(name) != null || command.negatedOptionsMap().containsKey(name)) {
      return true;
    }
    if (name.startsWith("--")) {
      return false;
    }
    // A number, or combined one-letter options: left to picocli.
    OptionSpec option = command.findOption(before);
    return (option != null && option.arity().max() == 1)
        || name.chars().skip(1).allMatch(letter -> command.findOption((char) letter) != null);
  }

  private static String unknown(CommandLine command, CommandLine root, String name) {
    if (command == root) {
      return "Cannot use "
          + name
          + ": there is no command before it. Write 'c2fpl <command> "
          + name
          + "'";
    }
    TreeSet<String> names = new TreeSet<>(OF_THE_LAUNCHER);
    command.getCommandSpec().options().forEach(each -> names.addAll(List.of(each.names())));
    names.addAll(command.getCommandSpec().negatedOptionsMap().keySet());
    return "Cannot use "
        + name
        + ": '"
        + command.getCommandName()
        + "' has no such option."
        + DidYouMean.sentence(name, names);
  }
}
