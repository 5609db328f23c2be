package org.c2fpl.errors;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Suggests known names for an unknown name. */
public final class DidYouMean {
  private static final int MOST = 3;
  private static final int SHORTEST_BEGINNING = 3;
  private static final int LONGEST = 200;
  private static final int SHOWN = 10;

  private DidYouMean() {}

  /** {@code " Did you mean train?"}, with a leading blank; empty if no name is similar. */
  public static String sentence(String written, Collection<String> known) {
    List<String> near = near(written, known);
    return near.isEmpty() ? "" : " Did you mean " + String.join(" or ", near) + "?";
  }

  /**
   * The similar names, and the first of all known names: {@code "Did you mean train? Splits here:
   * test, train. "}, with a trailing blank; empty if no name is known.
   */
  public static String among(String what, String written, Collection<String> here) {
    List<String> names = here.stream().distinct().sorted().toList();
    if (names.isEmpty()) {
      return "";
    }
    List<String> shown = names.subList(0, Math.min(SHOWN, names.size()));
    return (sentence(written, names) + " " + what + " here: ").stripLeading()
        + String.join(", ", shown)
        + (names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more. " : ". ");
  }

  /**
   * The nearest known names, at most three: those with at most one wrong, missing, extra or swapped
   * letter for every three letters; else those that begin with the name.
   */
  public static List<String> near(String written, Collection<String> known) {
    String bare = bare(written);
    if (bare.length() > LONGEST) {
      return List.of();
    }
    TreeMap<Integer, List<String>> byDistance = new TreeMap<>();
    for (String name : known.stream().filter(name -> !name.equals(written)).sorted().toList()) {
      int distance = distance(bare, bare(name));
      if (distance <= Math.max(1, Math.min(bare.length(), bare(name).length()) / 3)) {
        byDistance.computeIfAbsent(distance, none -> new ArrayList<>()).add(name);
      }
    }
    Map.Entry<Integer, List<String>> nearest = byDistance.firstEntry();
    List<String> found =
        nearest != null
            ? nearest.getValue()
            : known.stream()
                .filter(name -> bare.length() >= SHORTEST_BEGINNING && bare(name).startsWith(bare))
                .sorted()
                .toList();
    return found.subList(0, Math.min(MOST, found.size()));
  }

  /** The name without leading dashes, and without the differences that people overlook. */
  private static String bare(String name) {
    return name.replaceFirst("^--?", "").replace('_', '-').toLowerCase(Locale.ROOT);
  }

  /** Letters to change, add, drop or swap with the next. */
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + change);
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
