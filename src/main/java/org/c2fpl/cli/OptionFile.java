package org.c2fpl.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.DidYouMean;
import org.c2fpl.errors.UsageException;
import org.c2fpl.formats.Utf8Text;

/**
 * Options from a properties file whose keys are long option names without dashes ({@code eta =
 * 1.0}): the user's file, or a preset of the program.
 */
final class OptionFile {
  /** The presets; each is a resource file. */
  static final List<String> PRESETS = List.of("paper", "published-code", "robust");

  private final String origin;
  private final SortedMap<String, String> options;

  private OptionFile(String origin, Properties properties) {
    this.origin = origin;
    TreeMap<String, String> sorted = new TreeMap<>();
    properties.stringPropertyNames().forEach(key -> sorted.put(key, properties.getProperty(key)));
    this.options = Collections.unmodifiableSortedMap(sorted);
  }

  /** Reads {@code --config}. */
  static OptionFile config(Path file) {
    Properties properties = new Properties();
    try (Reader reader =
        Utf8Text.reader(
            Files.newInputStream(file), "--config " + file, Utf8Text.LONGEST_SETTINGS)) {
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
              + ". Write a properties file, one 'option-name = value' per line.",
          e);
    }
    return new OptionFile("--config " + file, properties);
  }

  /** Reads {@code --preset}. */
  static OptionFile preset(String name) {
    if (!PRESETS.contains(name)) {
      throw new UsageException(
          "Cannot use --preset "
              + name
              + ": there is no such preset."
              + DidYouMean.sentence(name, PRESETS)
              + " Presets are: "
              + String.join(", ", PRESETS)
              + ".");
    }
    Properties properties = new Properties();
    try (InputStream in = OptionFile.class.getResourceAsStream("presets/" + name + ".properties");
        Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return new OptionFile("--preset " + name, properties);
  }

  /** Values by option name, without dashes. */
  SortedMap<String, String> options() {
    return options;
  }

  /** Refuses keys that are not option names. */
  void check(Set<String> known) {
    for (String key : options.keySet()) {
      if (!known.contains(key)) {
        throw new UsageException(
            "Cannot use "
                + origin
                + ": no command has an option '--"
                + key
                + "'."
                + DidYouMean.sentence(key, known)
                + " Keys are: "
                + String.join(", ", new TreeSet<>(known))
                + ".");
      }
    }
  }
}
