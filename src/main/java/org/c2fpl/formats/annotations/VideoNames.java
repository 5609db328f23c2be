package org.c2fpl.formats.annotations;

import java.util.List;

/** The same video is {@code a}, {@code a.mp4}, {@code a_x264.mp4} or {@code a_i3d} to its users. */
public final class VideoNames {
  private static final List<String> SUFFIXES = List.of(".mp4", "_x264", "_i3d");

  private VideoNames() {}

  /** The name without {@code .mp4}, {@code _x264} and {@code _i3d} at its end, in any order. */
  public static String key(String name) {
    String key = name;
    boolean shortened = true;
    while (shortened) {
      shortened = false;
      for (String suffix : SUFFIXES) {
        if (key.endsWith(suffix) && key.length() > suffix.length()) {
          key = key.substring(0, key.length() - suffix.length());
          shortened = true;
        }
      }
    }
    return key;
  }
}
