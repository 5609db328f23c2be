package org.c2fpl.method.detection;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * The threshold above which a score is an alarm.
 *
 * <p>An instance chooses it in one pass over the distinct training scores in descending order, so
 * that the share of segments strictly above it is the share pseudo-labelled anomalous. State is
 * O(1).
 *
 * <p>Let N be the number of scored segments, A ≤ N that of anomalous ones, and t the smallest
 * distinct score with #(score &gt; t) ≤ A: never more than A segments are above it, and no other
 * threshold has more segments above it without exceeding A. Segments tied at t are all excluded.
 * The threshold is the shortest decimal number about half way between t and the next larger score,
 * so that it separates the same segments if scores differ in their last bits. With A = 0, or with
 * all scores equal and A &lt; N, it is the largest score and nothing is above it; with A = N it is
 * the next double below the smallest score.
 *
 * <p>{@link #forRate} chooses it by alarms per hour instead. Not thread-safe.
 */
public final class AlarmThreshold {

  /** Counts the merged detections over all footage; one call may be a pass over all scores. */
  @FunctionalInterface
  public interface AlarmCounter {

    /** The number of detections of score &gt; {@code threshold}. */
    long alarms(double threshold);
  }

  private final long totalSegments;
  private final long anomalousSegments;

  private double lastScore = Double.POSITIVE_INFINITY;
  private long seenSegments;
  private double threshold;
  private long segmentsAbove;
  private long segmentsTied;

  /**
   * @param totalSegments N, the scored segments
   * @param anomalousSegments A, those pseudo-labelled anomalous
   * @throws IllegalArgumentException unless 1 ≤ N and 0 ≤ A ≤ N
   */
  public AlarmThreshold(long totalSegments, long anomalousSegments) {
    if (totalSegments < 1 || anomalousSegments < 0 || anomalousSegments > totalSegments) {
      throw new IllegalArgumentException(
          "A threshold needs 0 to N anomalous segments of N ≥ 1, not "
              + anomalousSegments
              + " of "
              + totalSegments
              + ".");
    }
    this.totalSegments = totalSegments;
    this.anomalousSegments = anomalousSegments;
  }

  /**
   * Takes the next lower distinct score.
   *
   * @param count the segments of this score, at least 1
   * @return whether a lower score can still change the threshold; if not, the pass may stop
   * @throws IllegalArgumentException if the score is not finite or not below the last one, or the
   *     count is below 1 or passes the total
   */
  public boolean add(double score, long count) {
    if (!Double.isFinite(score)) {
      throw new IllegalArgumentException("A score needs to be finite, not " + score + ".");
    }
    if (score >= lastScore) {
      throw new IllegalArgumentException(
          "Distinct scores need to descend, but " + score + " follows " + lastScore + ".");
    }
    if (count < 1 || count > totalSegments - seenSegments) {
      throw new IllegalArgumentException(
          "A score needs 1 to "
              + (totalSegments - seenSegments)
              + " segments (those left of "
              + totalSegments
              + "), not "
              + count
              + ".");
    }
    if (seenSegments <= anomalousSegments) {
      threshold = seenSegments == 0 ? score : shortestBetween(score, lastScore);
      segmentsAbove = seenSegments;
      segmentsTied = count;
    }
    seenSegments += count;
    lastScore = score;
    if (seenSegments == totalSegments && anomalousSegments == totalSegments) {
      threshold = Math.nextDown(score);
      segmentsAbove = totalSegments;
      segmentsTied = 0;
    }
    return !settled();
  }

  /**
   * The threshold; segments of score &gt; threshold are alarms.
   *
   * @throws IllegalStateException if lower scores could still change it
   */
  public double threshold() {
    requireSettled();
    return threshold;
  }

  /**
   * The segments strictly above the threshold, at most A.
   *
   * @throws IllegalStateException if lower scores could still change it
   */
  public long segmentsAbove() {
    requireSettled();
    return segmentsAbove;
  }

  /**
   * The segments of the largest score that is not above the threshold: ties are excluded together.
   *
   * @throws IllegalStateException if lower scores could still change the threshold
   */
  public long segmentsTied() {
    requireSettled();
    return segmentsTied;
  }

  /** The decimal with the fewest digits between two numbers, nearest to their middle. */
  static double shortestBetween(double lower, double upper) {
    BigDecimal middle =
        new BigDecimal(lower).add(new BigDecimal(upper)).divide(BigDecimal.valueOf(2));
    for (int digits = 1; digits <= 17; digits++) {
      double candidate = middle.round(new MathContext(digits)).doubleValue();
      if (lower < candidate && candidate < upper) {
        return candidate;
      }
    }
    return lower; // adjacent doubles
  }

  private boolean settled() {
    return seenSegments > anomalousSegments || seenSegments == totalSegments;
  }

  private void requireSettled() {
    if (!settled()) {
      throw new IllegalStateException(
          "The threshold is still open: " + seenSegments + " of " + totalSegments + " segments.");
    }
  }

  /**
   * The smallest candidate from which on every larger candidate keeps {@code alarms / hours ≤
   * alarmsPerHour}.
   *
   * <p>Each count is a pass over all scores, so few are made, at most 2 log₂ n + 2: from the top,
   * steps of 1, 2, 4, … go down until a candidate breaks the rate, then bisection finds the edge.
   * Counts are not monotone, because at low thresholds neighbouring detections merge; hence the
   * search from the top. Above their mode, counts are assumed not to increase with the threshold,
   * and the candidates that break the rate are assumed to form one range that the steps do not skip
   * (it ends at least twice as far from the top as it begins). Otherwise a larger candidate may
   * break the rate; the returned one never does, since its own alarms were counted.
   *
   * @param candidatesAscending distinct thresholds; if the largest score is among them, an answer
   *     exists, since nothing is above it
   * @param hours hours of footage
   * @throws IllegalArgumentException if the candidates are empty or not ascending, hours are not
   *     positive, the rate is negative, or the largest candidate breaks it
   */
  public static double forRate(
      double[] candidatesAscending, AlarmCounter counter, double hours, double alarmsPerHour) {
    requireAscending(candidatesAscending);
    if (!(hours > 0) || !(alarmsPerHour >= 0)) {
      throw new IllegalArgumentException(
          "A rate needs hours above 0 and at least 0 alarms per hour, not "
              + hours
              + " and "
              + alarmsPerHour
              + ".");
    }
    int top = candidatesAscending.length - 1;
    double topRate = counter.alarms(candidatesAscending[top]) / hours;
    if (topRate > alarmsPerHour) {
      throw new IllegalArgumentException(
          "No candidate keeps "
              + alarmsPerHour
              + " alarms per hour: the largest, "
              + candidatesAscending[top]
              + ", gives "
              + topRate
              + ".");
    }
    // Candidate `keeps` was counted and keeps the rate; `breaks` was counted and breaks it, or is
    // −1, below all candidates.
    int keeps = top;
    int breaks = -1;
    for (long step = 1; keeps > 0 && breaks < 0; step *= 2) {
      int probe = (int) Math.max(0, top - step);
      if (counter.alarms(candidatesAscending[probe]) / hours > alarmsPerHour) {
        breaks = probe;
      } else {
        keeps = probe;
      }
    }
    while (keeps - breaks > 1) {
      int middle = breaks + (keeps - breaks) / 2;
      if (counter.alarms(candidatesAscending[middle]) / hours > alarmsPerHour) {
        breaks = middle;
      } else {
        keeps = middle;
      }
    }
    return candidatesAscending[keeps];
  }

  private static void requireAscending(double[] candidates) {
    if (candidates.length == 0) {
      throw new IllegalArgumentException("A rate needs at least 1 candidate, not 0.");
    }
    for (int i = 1; i < candidates.length; i++) {
      if (!(candidates[i] > candidates[i - 1])) {
        throw new IllegalArgumentException(
            "Candidates need to ascend, but "
                + candidates[i]
                + " follows "
                + candidates[i - 1]
                + ".");
      }
    }
  }
}
