package org.c2fpl.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.c2fpl.errors.DidYouMean;
import org.c2fpl.errors.UsageException;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Values of options that the command line does not give. An environment variable wins over {@code
 * --config}, that over {@code --preset}, and that over the option's own default. One file may serve
 * all commands: a command takes the keys that are its options. A key that no command has is an
 * error.
 *
 * <p>A variable is called {@code C2FPL_<COMMAND>_<OPTION>}: {@code C2FPL_TRAIN_BATCH_SIZE}.
 */
final class OptionDefaults implements CommandLine.IDefaultValueProvider {
  private static final String CONFIG = "--config";
  private static final String PRESET = "--preset";

  private final TreeMap<String, String> options = new TreeMap<>();
  private final Map<String, String> environment;

  /** Values by option name without dashes, not checked. */
  OptionDefaults(Map<String, String> options) {
    this(options, Map.of());
  }

  private OptionDefaults(Map<String, String> options, Map<String, String> environment) {
    this.options.putAll(options);
    this.environment = environment;
  }

  /**
   * The defaults from arguments and environment; the configuration file may name the preset.
   *
   * @throws UsageException for a variable or key that names no option
   */
  static OptionDefaults of(String[] args, Map<String, String> environment) {
    if (args.length > 0) {
      check(args[0], environment);
    }
    OptionDefaults defaults = new OptionDefaults(Map.of());
    String config = value(CONFIG, args, environment);
    if (config != null) {
      OptionFile file = OptionFile.config(Path.of(config));
      file.check(known(CommandLines.create()));
      defaults = defaults.under(file);
    }
    String given = value(PRESET, args, environment);
    String preset = given == null ? defaults.options.get(key(PRESET)) : given;
    if (preset != null) {
      OptionFile file = OptionFile.preset(preset);
      file.check(known(CommandLines.create()));
      defaults = new OptionDefaults(file.options()).under(defaults.options);
    }
    return new OptionDefaults(defaults.options, environment);
  }

  /** Refuses variables of a command that match no option. */
  private static void check(String command, Map<String, String> environment) {
    List<String> given = variables(command, environment);
    if (given.isEmpty()) {
      return;
    }
    CommandLine found = CommandLines.forArguments(command).getSubcommands().get(command);
    Set<String> known = new TreeSet<>();
    if (found != null) {
      names(found.getCommandSpec()).forEach(name -> known.add(variable(command, name)));
    }
    for (String name : given) {
      if (found != null && !known.contains(name)) {
        throw new UsageException(
            "Cannot use the environment variable "
                + name
                + ": '"
                + command
                + "' has no such option."
                + DidYouMean.sentence(name, known)
                + " Unset it, or correct its name.");
      }
    }
  }

  /** The arguments, with the values from the environment written as on the command line. */
  static List<String> withVariables(
      List<String> arguments, String command, Map<String, String> environment) {
    List<String> all = new ArrayList<>(arguments);
    for (String name : variables(command, environment)) {
      String option = name.substring(variable(command, "").length()).toLowerCase(Locale.ROOT);
      all.add("--" + option.replace('_', '-') + "=" + environment.get(name));
    }
    return all;
  }

  /** The variables of a command, in order. */
  private static List<String> variables(String command, Map<String, String> environment) {
    String prefix = variable(command, "");
    return environment.keySet().stream().filter(name -> name.startsWith(prefix)).sorted().toList();
  }

  private static String variable(String command, String option) {
    return ("C2FPL_" + command + "_" + option).toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /** Adds these values for keys that the file does not have. */
  OptionDefaults under(OptionFile file) {
    return under(file.options());
  }

  private OptionDefaults under(Map<String, String> over) {
    OptionDefaults both = new OptionDefaults(options);
    both.options.putAll(over);
    return both;
  }

  /** Sets the defaults of all commands. */
  void applyTo(CommandLine root) {
    root.getSubcommands().values().forEach(command -> command.setDefaultValueProvider(this));
  }

  /** The names of all commands' options, without dashes. */
  static Set<String> known(CommandLine root) {
    TreeSet<String> known = new TreeSet<>();
    for (CommandLine command : root.getSubcommands().values()) {
      known.addAll(names(command.getCommandSpec()));
    }
    return known;
  }

  /** The names of a command's options, without dashes. */
  static Set<String> names(CommandSpec command) {
    TreeSet<String> names = new TreeSet<>();
    command.options().forEach(option -> names.add(key(option.longestName())));
    return names;
  }

  @Override
  public String defaultValue(ArgSpec argument) {
    if (!argument.isOption()) {
      return null;
    }
    String name = key(((OptionSpec) argument).longestName());
    String set = environment.get(variable(argument.command().name(), name));
    return set == null ? options.get(name) : set;
  }

  private static String value(String option, String[] args, Map<String, String> environment) {
    for (int i = 0; i < args.length; i++) {
      if (args[i].startsWith(option + "=")) {
        return args[i].substring(option.length() + 1);
      }
      if (args[i].equals(option) && i + 1 < args.length) {
        return args[i + 1];
      }
    }
    return args.length == 0 ? null : environment.get(variable(args[0], key(option)));
  }

  private static String key(String name) {
    return name.replaceFirst("^-+", "");
  }
}
