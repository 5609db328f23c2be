package org.c2fpl.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What options are where the command line does not say: {@code --config} before {@code --preset}
 * before the option's own default. One file may serve all commands: a command takes the keys it
 * has. A key that no command has is an error.
 */
final class OptionDefaults implements CommandLine.IDefaultValueProvider {
  private static final String CONFIG = "--config";
  private static final String PRESET = "--preset";

  private final TreeMap<String, String> options = new TreeMap<>();

  /** Values by option name without dashes; none of them is checked. */
  OptionDefaults(Map<String, String> options) {
    this.options.putAll(options);
  }

  /** The defaults that the arguments name; the preset may stand in the configuration file. */
  static OptionDefaults of(String[] args) {
    OptionDefaults defaults = new OptionDefaults(Map.of());
    String config = value(CONFIG, args);
    if (config != null) {
      OptionFile file = OptionFile.config(Path.of(config));
      file.check(known(CommandLines.create()));
      defaults = defaults.under(file);
    }
    String given = value(PRESET, args);
    String preset = given == null ? defaults.options.get(key(PRESET)) : given;
    if (preset != null) {
      OptionFile file = OptionFile.preset(preset);
      file.check(known(CommandLines.create()));
      defaults = new OptionDefaults(file.options()).under(defaults.options);
    }
    return defaults;
  }

  /** These where the file does not say. */
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
    return argument.isOption() ? options.get(key(((OptionSpec) argument).longestName())) : null;
  }

  private static String value(String option, String[] args) {
    for (int i = 0; i < args.length; i++) {
      if (args[i].startsWith(option + "=")) {
        return args[i].substring(option.length() + 1);
      }
      if (args[i].equals(option) && i + 1 < args.length) {
        return args[i + 1];
      }
    }
    return null;
  }

  private static String key(String name) {
    return name.replaceFirst("^-+", "");
  }
}
