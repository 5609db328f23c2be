package org.c2fpl.coarse;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.c2fpl.method.coarse.Mixture2;
import org.c2fpl.method.coarse.MixtureStart;

/**
 * Alg. 1, lines 6–12, implemented again for the tests: plain loops, a textbook EM on the unscaled
 * points; it shares only the start with the code under test.
 */
final class PlainDivisive {
  private record Point(String id, double mu, double sigma) {}

  private PlainDivisive() {}

  static TreeMap<String, Integer> labels(List<Row> stats, double eta) {
    List<Point> normal = points(stats);
    TreeMap<String, Integer> labels = new TreeMap<>();
    normal.forEach(point -> labels.put(point.id, 0));
    int anomalous = 0;
    while ((double) anomalous / normal.size() <= eta) {
      List<List<Point>> children = split(normal);
      int smaller = children.get(0).size() < children.get(1).size() ? 0 : 1;
      children.get(smaller).forEach(point -> labels.put(point.id, 1));
      anomalous += children.get(smaller).size();
      normal = children.get(1 - smaller);
    }
    return labels;
  }

  static double firstLogLikelihood(List<Row> stats) {
    List<Point> points = points(stats);
    Mixture2 mixture = fit(points);
    double sum = 0;
    for (Point point : points) {
      sum += Math.log(weighted(mixture, 0, point) + weighted(mixture, 1, point));
    }
    return sum;
  }

  private static List<Point> points(List<Row> stats) {
    List<Point> points = new ArrayList<>();
    stats.stream()
        .map(row -> new Point(row.getString(0), row.getDouble(2), row.getDouble(3)))
        .sorted(java.util.Comparator.comparing(Point::id))
        .forEach(points::add);
    return points;
  }

  private static List<List<Point>> split(List<Point> points) {
    Mixture2 mixture = fit(points);
    List<List<Point>> children = List.of(new ArrayList<>(), new ArrayList<>());
    for (Point point : points) {
      boolean second = weighted(mixture, 1, point) > weighted(mixture, 0, point);
      children.get(second ? 1 : 0).add(point);
    }
    return children;
  }

  private static Mixture2 fit(List<Point> points) {
    Mixture2 mixture = unscaled(start(points));
    for (int step = 0; step < 5000; step++) {
      mixture = step(points, mixture);
    }
    return mixture;
  }

  private static MixtureStart start(List<Point> points) {
    return MixtureStart.refined(
        points.stream().mapToDouble(Point::mu).toArray(),
        points.stream().mapToDouble(Point::sigma).toArray(),
        points.size(),
        0,
        0);
  }

  private static Mixture2 unscaled(MixtureStart start) {
    double[] s = start.scale();
    double[][] means = new double[2][];
    double[][] covariances = new double[2][];
    for (int k = 0; k < 2; k++) {
      double[] m = start.mixture().means()[k];
      double[] c = start.mixture().covariances()[k];
      means[k] = new double[] {m[0] * s[0] + start.mean()[0], m[1] * s[1] + start.mean()[1]};
      covariances[k] =
          new double[] {
            c[0] * s[0] * s[0], c[1] * s[0] * s[1], c[2] * s[0] * s[1], c[3] * s[1] * s[1]
          };
    }
    return new Mixture2(start.mixture().weights(), means, covariances);
  }

  private static Mixture2 step(List<Point> points, Mixture2 old) {
    double[] weights = new double[2];
    double[][] means = new double[2][2];
    double[][] covariances = new double[2][4];
    for (int k = 0; k < 2; k++) {
      double total = 0;
      double[] share = new double[points.size()];
      for (int i = 0; i < share.length; i++) {
        Point point = points.get(i);
        share[i] = weighted(old, k, point) / (weighted(old, 0, point) + weighted(old, 1, point));
        total += share[i];
        means[k][0] += share[i] * point.mu;
        means[k][1] += share[i] * point.sigma;
      }
      means[k][0] /= total;
      means[k][1] /= total;
      for (int i = 0; i < share.length; i++) {
        double dx = points.get(i).mu - means[k][0];
        double dy = points.get(i).sigma - means[k][1];
        covariances[k][0] += share[i] * dx * dx / total;
        covariances[k][1] += share[i] * dx * dy / total;
        covariances[k][2] += share[i] * dx * dy / total;
        covariances[k][3] += share[i] * dy * dy / total;
      }
      weights[k] = total / points.size();
    }
    return new Mixture2(weights, means, covariances);
  }

  private static double weighted(Mixture2 mixture, int k, Point point) {
    double[] c = mixture.covariances()[k];
    double determinant = c[0] * c[3] - c[1] * c[2];
    double dx = point.mu - mixture.means()[k][0];
    double dy = point.sigma - mixture.means()[k][1];
    double distance = (c[3] * dx * dx - 2 * c[1] * dx * dy + c[0] * dy * dy) / determinant;
    return mixture.weights()[k] * Math.exp(-distance / 2) / (2 * Math.PI * Math.sqrt(determinant));
  }
}
