package org.c2fpl.cli;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeSet;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.UsageException;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Options from {@code --config FILE}: a properties file whose keys are long option names without
 * dashes ({@code eta = 1.0}); what stands on the command line wins. One file may serve all
 * commands: a command takes the keys it has. A key that no command has is an error.
 */
final class ConfigFile implements CommandLine.IDefaultValueProvider {
  private static final String OPTION = "--config";

  private final Path file;
  private final Properties properties;

  private ConfigFile(Path file, Properties properties) {
    this.file = file;
    this.properties = properties;
  }

  /** The file that the arguments name, if they name one. */
  static Optional<ConfigFile> of(String[] args) {
    for (int i = 0; i < args.length; i++) {
      if (args[i].startsWith(OPTION + "=")) {
        return Optional.of(load(Path.of(args[i].substring(OPTION.length() + 1))));
      }
      if (args[i].equals(OPTION) && i + 1 < args.length) {
        return Optional.of(load(Path.of(args[i + 1])));
      }
    }
    return Optional.empty();
  }

  private static ConfigFile load(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (NoSuchFileException e) {
      throw new DataException(
          "Cannot read --config " + file + ": there is no such file. Check the path.", e);
    } catch (IOException | IllegalArgumentException e) {
      throw new DataException(
          "Cannot read --config "
              + file
              + ": "
              + e.getMessage()
              + ". Write a properties file, 'option-name = value' a line.",
          e);
    }
    return new ConfigFile(file, properties);
  }

  /** Sets the defaults of all commands; refuses keys that none of them has. */
  void applyTo(CommandLine root) {
    TreeSet<String> known = new TreeSet<>();
    for (CommandLine command : root.getSubcommands().values()) {
      for (OptionSpec option : command.getCommandSpec().options()) {
        known.add(key(option));
      }
      command.setDefaultValueProvider(this);
    }
    for (String key : properties.stringPropertyNames()) {
      if (!known.contains(key)) {
        throw new UsageException(
            "Cannot use --config "
                + file
                + ": no command has an option '--"
                + key
                + "'. Keys are: "
                + String.join(", ", known)
                + ".");
      }
    }
  }

  @Override
  public String defaultValue(ArgSpec argument) {
    return argument.isOption() ? properties.getProperty(key((OptionSpec) argument)) : null;
  }

  private static String key(OptionSpec option) {
    return option.longestName().replaceFirst("^-+", "");
  }
}
