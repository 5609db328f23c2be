package org.c2fpl.testing;

import java.util.List;
import java.util.stream.Stream;

/** Names that are valid in a file system but special to Spark, Hadoop or a shell. */
public final class HostileNames {
  private static final List<String> CHARACTERS =
      List.of(
          "[", "]", "{", "}", "*", "?", ",", "\\", ":", "#", "%", "+", "&", "=", "~", "'", "\"",
          "$", ";", "@", "!", "|", "<", ">", "(", ")", "^", "`", " ", "ü", "日", "😀");

  private static final List<String> PATTERNS =
      List.of("a{b,c}", "w*", "w?", "[ab]", "[^a]", "[a-c]", "\\*", "%20", "a:b:c", "a=b");

  private HostileNames() {}

  /** A name for every such character, and names that are whole patterns. */
  public static Stream<String> all() {
    return Stream.concat(characters().map(character -> "w" + character + "x"), PATTERNS.stream());
  }

  /** The special characters. */
  public static Stream<String> characters() {
    return CHARACTERS.stream();
  }

  /** Names that {@link #all} match if they are taken for patterns. */
  public static List<String> neighbours() {
    return List.of("wx", "wax", "ab", "ac", "a", "b", "w", "wa", "*");
  }
}
