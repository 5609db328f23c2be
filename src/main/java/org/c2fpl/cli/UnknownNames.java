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
 * Finds commands and options that there are none of, before anything is read or made.
 *
 * <p>Picocli itself gives an option that it does not know to the option with several values before
 * it, and reports a missing option first where one is misspelt. Here whatever begins with two
 * dashes is an option; a value that does is written {@code --option=--value}.
 */
final class UnknownNames {
  /** What the launcher takes for itself. */
  private static final List<String> OF_THE_LAUNCHER = List.of("--master", "--dry-run");

  private UnknownNames() {}

  /** What is wrong with the first such name; empty where all are known. */
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
    // A number, or letters of options without values in one: picocli's business.
    OptionSpec option = command.findOption(before);
    return (option != null && option.arity().max() == 1)
        || name.chars().skip(1).allMatch(letter -> command.findOption((char) letter) != null);
  }

  private static String unknown(CommandLine command, CommandLine root, String name) {
    if (command == root) {
      return "Cannot use "
          + name
          + ": no command is before it. Write 'c2fpl <command> "
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
