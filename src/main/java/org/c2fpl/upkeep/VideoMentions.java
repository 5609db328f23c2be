package org.c2fpl.upkeep;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.c2fpl.formats.features.VideoIds;
import org.c2fpl.workspace.Json;

/**
 * Finds videos in records and reasons. An id may be as plain as {@code 1}, {@code 2026} or {@code
 * train}: in sentences only whole words or names of feature files match, and in a command line only
 * arguments that name a video.
 */
final class VideoMentions {
  static final String GONE = "(forgotten)";

  private static final String VIDEO = "--video";

  /** Text that may follow an id in the name of a feature file. */
  private static final String FILE_END = "(?:_i3d)?(?:__[0-9]+)?(?:\\.[A-Za-z][A-Za-z0-9]{0,7})?";

  private final Collection<String> ids;
  private final String word;
  private final Pattern file;

  VideoMentions(Collection<String> ids) {
    this.ids = ids;
    String any =
        ids.stream()
            .flatMap(id -> Stream.of(id, VideoIds.printable(id)))
            .distinct()
            // Longest first, so that an id within another does not leave half of it.
            .sorted(Comparator.comparing(String::length).reversed())
            .map(Pattern::quote)
            .collect(Collectors.joining("|", "(?:", ")"));
    // Not part of a longer name, date, time, version or path.
    this.word =
        "(?<![\\p{L}\\p{N}_])(?<![\\p{L}\\p{N}_][-.+])(?<!\\p{N}:)"
            + any
            + "(?="
            + FILE_END
            + "(?![\\p{L}\\p{N}_/]|[-.+][\\p{L}\\p{N}_]))";
    this.file = Pattern.compile(any + "(?=(?:_i3d)?(?:__[0-9*?]+)?\\*?\\.[A-Za-z][A-Za-z0-9]*$)");
  }

  /** A regular expression for a mention in a sentence. */
  String word() {
    return word;
  }

  /**
   * The record of a run without mentions in its arguments and message; other fields cannot have
   * any.
   */
  JsonNode without(JsonNode record) {
    if (!record.isObject()) {
      return record;
    }
    ObjectNode scrubbed = record.deepCopy();
    if (record.path("arguments").isArray()) {
      List<String> arguments = new ArrayList<>();
      record.path("arguments").forEach(argument -> arguments.add(argument.asText()));
      scrubbed.set("arguments", Json.MAPPER.valueToTree(arguments(arguments)));
    }
    if (record.path("message").isTextual()) {
      scrubbed.put("message", record.path("message").textValue().replaceAll(word, GONE));
    }
    return scrubbed;
  }

  private List<String> arguments(List<String> arguments) {
    List<String> scrubbed = new ArrayList<>();
    boolean videos = false;
    for (String argument : arguments) {
      boolean option = argument.startsWith("--");
      videos = option ? argument.equals(VIDEO) : videos;
      if (videos && !option) {
        scrubbed.add(ids.contains(argument) ? GONE : argument);
      } else if (argument.startsWith(VIDEO + "=")) {
        boolean gone = ids.contains(argument.substring(VIDEO.length() + 1));
        scrubbed.add(gone ? VIDEO + "=" + GONE : argument);
      } else {
        scrubbed.add(withoutFile(argument));
      }
    }
    return scrubbed;
  }

  /** An argument whose path ends with a video's file. */
  private String withoutFile(String argument) {
    int name = Math.max(argument.lastIndexOf('/'), argument.indexOf('=')) + 1;
    var found = file.matcher(argument).region(name, argument.length());
    return found.lookingAt()
        ? argument.substring(0, name) + GONE + argument.substring(found.end())
        : argument;
  }
}
