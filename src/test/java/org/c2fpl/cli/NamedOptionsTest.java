package org.c2fpl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Messages throughout the code name options: each exists in some command. */
class NamedOptionsTest {
  private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z][a-z0-9-]+");
  private static final Pattern TEXT = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");

  /** Those of the launcher and of spark-submit. */
  private static final Set<String> ELSEWHERE =
      Set.of("--master", "--dry-run", "--jars", "--packages", "--conf", "--driver-java-options");

  @Test
  void everyOptionThatAMessageNamesExists() throws IOException {
    Set<String> known = new TreeSet<>(ELSEWHERE);
    CommandLine root = CommandLines.create();
    Stream.concat(Stream.of(root), root.getSubcommands().values().stream())
        .map(CommandLine::getCommandSpec)
        .forEach(
            command -> {
              known.addAll(command.optionsMap().keySet());
              known.addAll(command.negatedOptionsMap().keySet());
            });
    Map<String, String> unknown = new TreeMap<>();
    int named = 0;
    for (Path file : sources()) {
      Matcher text = TEXT.matcher(Files.readString(file));
      while (text.find()) {
        Matcher option = OPTION.matcher(text.group());
        while (option.find()) {
          named++;
          if (!known.contains(option.group())) {
            unknown.put(option.group(), file.toString());
          }
        }
      }
    }
    assertThat(unknown).isEmpty();
    assertThat(named).isGreaterThan(100);
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }
}
