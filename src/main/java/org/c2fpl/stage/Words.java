package org.c2fpl.stage;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.c2fpl.workspace.Leaf;

/** Formats numbers, durations and batches for people. */
public final class Words {
  private static final int NAMED = 3;

  private Words() {}

  /** {@code 0.8 s}, {@code 3 min 20 s}, {@code 2 h 5 min}. */
  public static String readable(Duration duration) {
    double seconds = duration.toMillis() / 1000.0;
    if (seconds < 60) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long minutes = duration.toMinutes();
    return minutes < 60
        ? minutes + " min " + duration.toSecondsPart() + " s"
        : duration.toHours() + " h " + duration.toMinutesPart() + " min";
  }

  /** {@code 12,345} with the noun. */
  public static String count(long n, String noun) {
    return count(n, noun, noun + "s");
  }

  /** The number with the noun, which has an irregular plural. */
  public static String count(long n, String noun, String nouns) {
    return String.format(Locale.ROOT, "%,d %s", n, n == 1 ? noun : nouns);
  }

  /** {@code split=test/batch=0}: the first few of some leaves by their splits and batches. */
  public static String named(List<Leaf> leaves) {
    String first =
        leaves.stream()
            .limit(NAMED)
            .map(leaf -> "split=" + leaf.split() + "/batch=" + leaf.batch())
            .collect(Collectors.joining(", "));
    return leaves.size() <= NAMED ? first : first + " and " + (leaves.size() - NAMED) + " more";
  }
}
