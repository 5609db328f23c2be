package org.c2fpl.method;

import java.util.ArrayList;
import java.util.List;
import org.c2fpl.errors.DataException;

/**
 * Coarse pseudo-labels by hierarchical divisive clustering (Alg. 1, lines 6–12).
 *
 * <p>The videos are split in two again and again; each time the smaller child joins the anomalous
 * set and the larger one stays, until |C₁| / |C₀| > η. Children of equal size: the one with the
 * larger mean σ is anomalous, then the one with the larger mean μ.
 *
 * <p>How a cluster is held is the caller's: the loop sees handles and their sizes. Memory:
 * O(iterations).
 */
public final class DivisiveClustering {
  /** Fewer videos than this are no basis for a mixture of two Gaussians with full covariance. */
  public static final int MIN_VIDEOS = 4;

  private DivisiveClustering() {}

  /** Splits a cluster in two, or says why it can't be split. */
  public interface TwoWayClustering<C> {
    Split<C> split(C cluster);
  }

  /**
   * One of two child clusters.
   *
   * @param size videos in it
   * @param meanMu mean over its videos of μ (Eq. 1)
   * @param meanSigma mean over its videos of σ (Eq. 2)
   */
  public record Child<C>(C cluster, long size, double meanMu, double meanSigma) {}

  /**
   * The outcome of a split.
   *
   * @param logLikelihood of the cluster's points under the clustering's model; NaN where it has
   *     none
   * @param impossible why there are no two children; null where there are
   */
  public record Split<C>(Child<C> first, Child<C> second, double logLikelihood, String impossible) {

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

  /** A child that became anomalous, and in which iteration. */
  public record Anomalous<C>(C cluster, int iteration) {}

  /**
   * The labels.
   *
   * @param normal the videos labelled 0
   * @param stoppedEarly why the ratio was not reached; null where it was
   */
  public record Result<C>(
      C normal, List<Anomalous<C>> anomalous, List<Iteration> iterations, String stoppedEarly) {}

  /**
   * Runs the loop.
   *
   * @param all every video
   * @param videos how many there are
   * @param eta η, the ratio of anomalous to normal videos to exceed
   * @throws DataException if there are fewer than {@link #MIN_VIDEOS} videos
   */
  public static <C> Result<C> run(C all, long videos, double eta, TwoWayClustering<C> clustering) {
    if (videos < MIN_VIDEOS) {
      throw new DataException(
          "Cannot cluster videos: there "
              + (videos == 1 ? "is 1 video" : "are " + videos + " videos")
              + ", and a mixture of two needs at least "
              + MIN_VIDEOS
              + ". Ingest more training footage.");
    }
    C normal = all;
    long normalVideos = videos;
    List<Anomalous<C>> anomalous = new ArrayList<>();
    List<Iteration> iterations = new ArrayList<>();
    String stoppedEarly = null;
    while (ratio(videos - normalVideos, normalVideos) <= eta) {
      if (normalVideos < MIN_VIDEOS) {
        stoppedEarly = "only " + normalVideos + " normal videos are left";
        break;
      }
      Split<C> split = clustering.split(normal);
      if (split.impossible() != null) {
        stoppedEarly = split.impossible();
        break;
      }
      boolean firstIsAnomalous = isAnomalous(split.first(), split.second());
      Child<C> smaller = firstIsAnomalous ? split.first() : split.second();
      Child<C> larger = firstIsAnomalous ? split.second() : split.first();
      int number = iterations.size() + 1;
      anomalous.add(new Anomalous<>(smaller.cluster(), number));
      normal = larger.cluster();
      normalVideos = larger.size();
      iterations.add(
          new Iteration(
              number,
              smaller,
              larger,
              split.logLikelihood(),
              videos - normalVideos,
              normalVideos,
              ratio(videos - normalVideos, normalVideos)));
    }
    return new Result<>(normal, anomalous, iterations, stoppedEarly);
  }

  private static boolean isAnomalous(Child<?> one, Child<?> other) {
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
