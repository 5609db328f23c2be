package org.c2fpl.coarse;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.mllib.clustering.GaussianMixture;
import org.apache.spark.mllib.clustering.GaussianMixtureModel;
import org.apache.spark.mllib.linalg.Matrices;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;
import org.apache.spark.mllib.stat.distribution.MultivariateGaussian;
import org.apache.spark.storage.StorageLevel;
import org.c2fpl.method.coarse.DivisiveClustering.Child;
import org.c2fpl.method.coarse.DivisiveClustering.Split;
import org.c2fpl.method.coarse.DivisiveClustering.TwoWayClustering;
import org.c2fpl.method.coarse.KnownCounts;
import org.c2fpl.method.coarse.Mixture2;
import org.c2fpl.method.coarse.MixtureComponent;
import org.c2fpl.method.coarse.MixtureStart;

/**
 * Splits a set of videos in two by MLlib's GaussianMixture: k = 2, full covariance, on x = [μ, σ].
 *
 * <p>The points are in one partition in the order of their ids, and the starting mixture is
 * computed from them, so the result depends only on the points. EM runs on standardised
 * coordinates: the mixture is equivariant under that, MLlib's tolerance is not. MLlib starts from
 * the final mixture of {@link org.c2fpl.method.coarse.MixtureEm}, which runs in one task, so only
 * two steps are left, each of which is a job.
 *
 * <p>Memory: 49 bytes per video in the task that finds the start, and a few objects per video in
 * the cache, which spills to disk: about 1 GB for five million videos, which is the bound.
 */
final class MllibTwoWayClustering implements TwoWayClustering<JavaRDD<VideoPoint>> {
  /** EM stops when the log-likelihood per video gains less than this in a step. */
  static final double TOLERANCE = 1e-6;

  /**
   * Limit of all steps together, except the two that show whether MLlib's step changes anything.
   */
  static final int MAX_ITERATIONS = 500;

  private static final int LEAST_ITERATIONS = 2;

  private final List<JavaRDD<?>> cached = new ArrayList<>();

  @Override
  public Split<JavaRDD<VideoPoint>> split(JavaRDD<VideoPoint> cluster) {
    MixtureStart start = cluster.mapPartitions(MllibTwoWayClustering::start).first();
    if (start.degenerate() != null) {
      return Split.impossible(start.degenerate());
    }
    JavaRDD<Vector> points = cache(cluster.map(point -> scaled(start, point)));
    Mixture2 mixture;
    try {
      mixture =
          mixture(
              new GaussianMixture()
                  .setK(2)
                  .setInitialModel(model(start.mixture()))
                  .setConvergenceTol(TOLERANCE * start.size())
                  .setMaxIterations(Math.max(LEAST_ITERATIONS, MAX_ITERATIONS - start.steps()))
                  .run(points));
    } catch (IllegalArgumentException e) {
      // MLlib throws this for a component whose covariance vanished.
      return Split.impossible("a component of the mixture collapsed onto equal points");
    }
    if (!finite(mixture)) {
      return Split.impossible("the mixture did not converge to finite numbers");
    }
    JavaRDD<Assigned> assigned = cache(cluster.mapPartitions(rows -> assign(rows, start, mixture)));
    Summary summary = assigned.mapPartitions(MllibTwoWayClustering::summarise).first();
    return Split.of(
        child(assigned, summary, 0, start.component(mixture, 0)),
        child(assigned, summary, 1, start.component(mixture, 1)),
        summary.logLikelihood - start.size() * start.logScale());
  }

  /** Drops the caches of the splits; their clusters are computed again if they are used again. */
  void release() {
    cached.forEach(rdd -> rdd.unpersist(false));
    cached.clear();
  }

  private static Iterator<MixtureStart> start(Iterator<VideoPoint> points) {
    double[] mu = new double[1024];
    double[] sigma = new double[1024];
    int n = 0;
    while (points.hasNext()) {
      VideoPoint point = points.next();
      if (n == mu.length) {
        mu = Arrays.copyOf(mu, 2 * n);
        sigma = Arrays.copyOf(sigma, 2 * n);
      }
      mu[n] = point.mu();
      sigma[n++] = point.sigma();
    }
    return List.of(MixtureStart.refined(mu, sigma, n, TOLERANCE, MAX_ITERATIONS)).iterator();
  }

  private static Vector scaled(MixtureStart start, VideoPoint point) {
    return Vectors.dense(start.scaledMu(point.mu()), start.scaledSigma(point.sigma()));
  }

  private static GaussianMixtureModel model(Mixture2 mixture) {
    return new GaussianMixtureModel(mixture.weights(), gaussians(mixture));
  }

  private static MultivariateGaussian[] gaussians(Mixture2 mixture) {
    MultivariateGaussian[] gaussians = new MultivariateGaussian[2];
    for (int k = 0; k < 2; k++) {
      gaussians[k] =
          new MultivariateGaussian(
              Vectors.dense(mixture.means()[k]), Matrices.dense(2, 2, mixture.covariances()[k]));
    }
    return gaussians;
  }

  private static Mixture2 mixture(GaussianMixtureModel model) {
    double[][] means = new double[2][];
    double[][] covariances = new double[2][];
    for (int k = 0; k < 2; k++) {
      means[k] = model.gaussians()[k].mu().toArray();
      covariances[k] = model.gaussians()[k].sigma().toArray();
    }
    return new Mixture2(model.weights(), means, covariances);
  }

  private static boolean finite(Mixture2 mixture) {
    boolean finite = Arrays.stream(mixture.weights()).allMatch(Double::isFinite);
    for (int k = 0; k < 2; k++) {
      finite &= Arrays.stream(mixture.means()[k]).allMatch(Double::isFinite);
      finite &= Arrays.stream(mixture.covariances()[k]).allMatch(Double::isFinite);
    }
    return finite;
  }

  /** A video, the component that explains it best (the first of equals), its log-density. */
  private record Assigned(VideoPoint point, int component, double logDensity)
      implements Serializable {}

  private static Iterator<Assigned> assign(
      Iterator<VideoPoint> points, MixtureStart start, Mixture2 mixture) {
    MultivariateGaussian[] gaussians = gaussians(mixture);
    double logWeight0 = Math.log(mixture.weights()[0]);
    double logWeight1 = Math.log(mixture.weights()[1]);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return points.hasNext();
      }

      @Override
      public Assigned next() {
        VideoPoint point = points.next();
        Vector x = scaled(start, point);
        double first = logWeight0 + gaussians[0].logpdf(x);
        double second = logWeight1 + gaussians[1].logpdf(x);
        double larger = Math.max(first, second);
        double logDensity = larger + Math.log1p(Math.exp(Math.min(first, second) - larger));
        return new Assigned(point, second > first ? 1 : 0, logDensity);
      }
    };
  }

  /** The sums over two children that the loop needs, in the order of the ids. */
  private static final class Summary implements Serializable {
    private static final long serialVersionUID = 1L;
    final long[] sizes = new long[2];
    final double[] mu = new double[2];
    final double[] sigma = new double[2];
    final long[] knownNormal = new long[2];
    final long[] knownAnomalous = new long[2];
    double logLikelihood;
  }

  private static Iterator<Summary> summarise(Iterator<Assigned> videos) {
    Summary summary = new Summary();
    while (videos.hasNext()) {
      Assigned video = videos.next();
      summary.sizes[video.component()]++;
      summary.mu[video.component()] += video.point().mu();
      summary.sigma[video.component()] += video.point().sigma();
      if (video.point().isKnown()) {
        long[] counts = video.point().known() == 1 ? summary.knownAnomalous : summary.knownNormal;
        counts[video.component()]++;
      }
      summary.logLikelihood += video.logDensity();
    }
    return List.of(summary).iterator();
  }

  private static Child<JavaRDD<VideoPoint>> child(
      JavaRDD<Assigned> assigned, Summary summary, int component, MixtureComponent fitted) {
    long size = summary.sizes[component];
    return new Child<>(
        assigned.filter(video -> video.component() == component).map(Assigned::point),
        size,
        summary.mu[component] / size,
        summary.sigma[component] / size,
        new KnownCounts(summary.knownNormal[component], summary.knownAnomalous[component]),
        fitted);
  }

  private <T> JavaRDD<T> cache(JavaRDD<T> rdd) {
    cached.add(rdd);
    return rdd.persist(StorageLevel.MEMORY_AND_DISK());
  }
}
