package org.c2fpl.formats.features;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Video ids: derives them from file names, and checks that they are safe to use. */
public final class VideoIds {
  /** Longest file name that common file systems accept. */
  static final int LONGEST = 255;

  private static final String SUFFIX = ".npy";
  private static final Pattern CROP_FILE = Pattern.compile("(?s)(.*)__([0-9]{1,3})\\.(?i:npy)");

  /** One crop of a video in the layout with one file per crop. */
  public record CropFile(String videoId, int crop) {}

  private VideoIds() {}

  /** Whether a file is an array by its name, which ends in {@code .npy} or {@code .NPY}. */
  public static boolean isArrayFile(String fileName) {
    int at = fileName.length() - SUFFIX.length();
    return fileName.regionMatches(true, at, SUFFIX, 0, SUFFIX.length());
  }

  /** {@code Abuse001_x264_i3d.npy} → {@code Abuse001_x264}. */
  public static String ofFile(String fileName) {
    String id =
        isArrayFile(fileName)
            ? fileName.substring(0, fileName.length() - SUFFIX.length())
            : fileName;
    return id.endsWith("_i3d") ? id.substring(0, id.length() - "_i3d".length()) : id;
  }

  /** {@code Bad.Boys__3.npy} → crop 3 of {@code Bad.Boys}; empty for other names. */
  public static Optional<CropFile> ofCropFile(String fileName) {
    Matcher matcher = CROP_FILE.matcher(fileName);
    return matcher.matches()
        ? Optional.of(new CropFile(matcher.group(1), Integer.parseInt(matcher.group(2))))
        : Optional.empty();
  }

  /** Id of video {@code number} of {@code count} videos without names: {@code video_00007}. */
  public static String numbered(int number, int count) {
    int digits = Math.max(5, String.valueOf(count - 1).length());
    String text = String.valueOf(number);
    return "video_" + "0".repeat(digits - text.length()) + text;
  }

  /** Why an id must not be used as a name of rows, files and pages; empty if it may. */
  public static Optional<String> problem(String id) {
    if (id.isEmpty()) {
      return Optional.of("the video id is empty");
    }
    if (id.equals(".") || id.equals("..")) {
      return Optional.of("the video id '" + id + "' is the name of a folder");
    }
    if (id.codePoints().anyMatch(VideoIds::isControl)) {
      return Optional.of("the video id '" + printable(id) + "' has a control character");
    }
    if (id.indexOf('/') >= 0 || id.indexOf('\\') >= 0) {
      return Optional.of("the video id '" + printable(id) + "' has a path separator");
    }
    if (!id.equals(id.strip())) {
      return Optional.of("the video id '" + id + "' starts or ends with a blank");
    }
    if (id.length() > LONGEST) {
      return Optional.of(
          "the video id '" + printable(id) + "' has more than " + LONGEST + " characters");
    }
    return Optional.empty();
  }

  /** The text without control characters for a terminal, at most 60 characters. */
  public static String printable(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints().limit(60).forEach(c -> shown.appendCodePoint(isControl(c) ? '?' : c));
    return text.length() > 60 ? shown + "..." : shown.toString();
  }

  /** Control characters, invisible formatting marks, line separators and broken surrogates. */
  private static boolean isControl(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> false;
    };
  }
}
