package org.c2fpl.method.coarse;

import java.util.ArrayList;
import java.util.List;
import org.c2fpl.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * Coarse pseudo-labels by hierarchical divisive clustering (Alg. 1, lines 6–12).
 *
 * <p>The videos are split in two repeatedly; each time the smaller child joins the anomalous set
 * and the larger one remains, until |C₁| / |C₀| > η. Children of equal size: the one with the
 * larger mean σ is anomalous, then the one with the larger mean μ.
 *
 * <p>Known labels guide it: they are always kept. η is the ratio estimated from them ({@link
 * KnownCounts#ratio}). Of two children the one that the known labels call more anomalous ({@link
 * KnownCounts#compareShare}) gives its unknown videos to the anomalous set; without known labels,
 * or if they do not decide, it is the smaller one. Videos with a known label take part in the
 * splits like the others. Without known labels this is the paper's loop.
 *
 * <p>The caller stores the clusters: the loop uses handles and their sizes. Memory: O(iterations).
 */
public final class DivisiveClustering {
  /** The fewest videos for a mixture of two Gaussians with full covariance. */
  public static final int MIN_VIDEOS = 4;

  private DivisiveClustering() {}

  /** Splits a cluster in two, or returns why it cannot be split. */
  public interface TwoWayClustering<C> {
    Split<C> split(C cluster);
  }

  /**
   * One of two child clusters.
   *
   * @param size videos in it
   * @param meanMu mean over its videos of μ (Eq. 1)
   * @param meanSigma mean over its videos of σ (Eq. 2)
   * @param known the number of its videos with a known label
   * @param component its component of the mixture
   */
  public record Child<C>(
      C cluster,
      long size,
      double meanMu,
      double meanSigma,
      KnownCounts known,
      MixtureComponent component) {
    private long unknown() {
      return size - known.total();
    }
  }

  /**
   * The outcome of a split.
   *
   * @param first null where there are no two children, as is {@code second}
   * @param logLikelihood of the cluster's points under the clustering's model; NaN if it has
   *     none @param impossible why there are no two children; null if there are
   */
  public record Split<C>(
      @Nullable Child<C> first,
      @Nullable Child<C> second,
      double logLikelihood,
      @Nullable String impossible) {

    public static <C> Split<C> of(Child<C> first, Child<C> second, double logLikelihood) {
      if (first.size() == 0 || second.size() == 0) {
        return impossible("one of the two clusters is empty");
      }
      return new Split<>(first, second, logLikelihood, null);
    }

    public static <C> Split<C> impossible(String reason) {
      return new Split<>(null, null, Double.NaN, reason);
    }
  }

  /**
   * One step of the loop.
   *
   * @param number 1 for the first
   * @param ratio |C₁| / |C₀| after the step
   */
  public record Iteration(
      int number,
      Child<?> anomalous,
      Child<?> normal,
      double logLikelihood,
      long anomalousVideos,
      long normalVideos,
      double ratio) {}

  /** A child that became anomalous, and its iteration. */
  public record Anomalous<C>(C cluster, int iteration) {}

  /**
   * The labels.
   *
   * @param normal the videos labelled 0, except those known to be anomalous
   * @param anomalous the videos labelled 1, except those known to be normal
   * @param stoppedEarly why the ratio was not reached; null if it was
   */
  public record Result<C>(
      C normal,
      List<Anomalous<C>> anomalous,
      List<Iteration> iterations,
      @Nullable String stoppedEarly) {}

  /**
   * Runs the loop.
   *
   * @param all every video
   * @param videos their number
   * @param known the number of them with a known label
   * @param eta η, the ratio of anomalous to normal videos to exceed, assumed before known labels
   * @throws DataException if there are fewer than {@link #MIN_VIDEOS} videos
   */
  public static <C> Result<C> run(
      C all, long videos, KnownCounts known, double eta, TwoWayClustering<C> clustering) {
    requireEnough(videos);
    double wanted = known.ratio(eta);
    C rest = all;
    long restVideos = videos;
    long restUnknown = videos - known.total();
    long normalVideos = videos - known.anomalous();
    List<Anomalous<C>> anomalous = new ArrayList<>();
    List<Iteration> iterations = new ArrayList<>();
    String stoppedEarly = null;
    while (ratio(videos - normalVideos, normalVideos) <= wanted) {
      if (restUnknown == 0) {
        stoppedEarly = "no video of unknown label is left";
        break;
      }
      if (restVideos < MIN_VIDEOS) {
        stoppedEarly = "only " + restVideos + " normal videos are left";
        break;
      }
      Split<C> split = clustering.split(rest);
      Child<C> first = split.first();
      Child<C> second = split.second();
      if (first == null || second == null) {
        stoppedEarly = split.impossible();
        break;
      }
      boolean firstIsAnomalous = isAnomalous(first, second);
      Child<C> joins = firstIsAnomalous ? first : second;
      Child<C> stays = firstIsAnomalous ? second : first;
      int number = iterations.size() + 1;
      anomalous.add(new Anomalous<>(joins.cluster(), number));
      rest = stays.cluster();
      restVideos = stays.size();
      restUnknown = stays.unknown();
      normalVideos -= joins.unknown();
      iterations.add(
          new Iteration(
              number,
              joins,
              stays,
              split.logLikelihood(),
              videos - normalVideos,
              normalVideos,
              ratio(videos - normalVideos, normalVideos)));
    }
    return new Result<>(rest, anomalous, iterations, stoppedEarly);
  }

  /**
   * Refuses a set of videos that is too small.
   *
   * @throws DataException if there are fewer than {@link #MIN_VIDEOS} videos
   */
  public static void requireEnough(long videos) {
    if (videos < MIN_VIDEOS) {
      throw new DataException(
          "Cannot cluster videos: there "
              + (videos == 1 ? "is 1 video" : "are " + videos + " videos")
              + ", and a mixture of two needs at least "
              + MIN_VIDEOS
              + ". Ingest more training footage.");
    }
  }

  private static boolean isAnomalous(Child<?> one, Child<?> other) {
    int byLabels = one.known().compareShare(other.known());
    if (byLabels != 0) {
      return byLabels > 0;
    }
    if (one.size() != other.size()) {
      return one.size() < other.size();
    }
    if (one.meanSigma() != other.meanSigma()) {
      return one.meanSigma() > other.meanSigma();
    }
    return one.meanMu() > other.meanMu();
  }

  private static double ratio(long anomalous, long normal) {
    return (double) anomalous / normal;
  }
}
