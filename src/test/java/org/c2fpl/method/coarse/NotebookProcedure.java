package org.c2fpl.method.coarse;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The procedure of the paper's published notebook, implemented again for the tests: sets of videos,
 * raw second moments, plain densities; only the start of the mixture is given.
 */
final class NotebookProcedure {
  record Video(int number, double[] features) {}

  /** Per component: weight, mean of either feature, variance. */
  record Parameters(double[] first, double[] second) {}

  private final Function<List<Video>, Parameters> start;

  NotebookProcedure(Function<List<Video>, Parameters> start) {
    this.start = start;
  }

  /** The numbers of the anomalous videos. */
  TreeSet<Integer> anomalous(List<Video> videos, double eta) {
    List<Video> abnormalBag = new ArrayList<>();
    List<Video> normalBag = new ArrayList<>();
    Parameters mixture = fit(videos);
    for (Video video : videos) {
      boolean inSecond = log(mixture.second, video.features) > log(mixture.first, video.features);
      (inSecond ? abnormalBag : normalBag).add(video);
    }
    while (abnormalBag.size() / (double) normalBag.size() < eta) {
      Parameters refit = fit(normalBag);
      List<Double> scores = normalBag.stream().map(video -> score(refit, video)).toList();
      double limit = thirdPercentile(scores);
      List<Video> still = new ArrayList<>();
      for (int i = 0; i < scores.size(); i++) {
        (scores.get(i) < limit ? abnormalBag : still).add(normalBag.get(i));
      }
      normalBag = still;
    }
    TreeSet<Integer> numbers = new TreeSet<>();
    abnormalBag.forEach(video -> numbers.add(video.number));
    return numbers;
  }

  private Parameters fit(List<Video> videos) {
    Parameters now = start.apply(videos);
    double before = Double.NEGATIVE_INFINITY;
    for (int iteration = 1; iteration <= 150; iteration++) {
      double sum = 0;
      double[] inFirst = new double[videos.size()];
      double[] inSecond = new double[videos.size()];
      for (int i = 0; i < videos.size(); i++) {
        double score = score(now, videos.get(i));
        inFirst[i] = Math.exp(log(now.first, videos.get(i).features) - score);
        inSecond[i] = Math.exp(log(now.second, videos.get(i).features) - score);
        sum += score;
      }
      now = new Parameters(component(videos, inFirst), component(videos, inSecond));
      double mean = sum / videos.size();
      if (Math.abs(mean - before) < 0.001) {
        return now;
      }
      before = mean;
    }
    return now;
  }

  static double[] component(List<Video> videos, double[] responsibility) {
    double mass = 10 * 2.220446049250313e-16;
    double[] sum = new double[2];
    double[] squares = new double[2];
    for (int i = 0; i < responsibility.length; i++) {
      mass += responsibility[i];
      for (int d = 0; d < 2; d++) {
        double value = videos.get(i).features[d];
        sum[d] += responsibility[i] * value;
        squares[d] += responsibility[i] * value * value;
      }
    }
    double variance = 0;
    for (int d = 0; d < 2; d++) {
      sum[d] /= mass;
      variance += squares[d] / mass - sum[d] * sum[d] + 1e-6;
    }
    return new double[] {mass / videos.size(), sum[0], sum[1], variance / 2};
  }

  /** As in scipy and numpy: log-density by the precision, maximum subtracted before the sum. */
  private static double score(Parameters mixture, Video video) {
    List<Double> terms =
        List.of(log(mixture.first, video.features), log(mixture.second, video.features));
    double top = Collections.max(terms);
    return top + Math.log(terms.stream().mapToDouble(term -> Math.exp(term - top)).sum());
  }

  private static double log(double[] component, double[] features) {
    double precision = 1 / Math.sqrt(component[3]);
    double distance =
        Math.pow((features[0] - component[1]) * precision, 2)
            + Math.pow((features[1] - component[2]) * precision, 2);
    return -0.5 * (2 * Math.log(2 * Math.PI) + distance)
        + 2 * Math.log(precision)
        + Math.log(component[0]);
  }

  private static double thirdPercentile(List<Double> scores) {
    List<Double> sorted = scores.stream().sorted(Comparator.naturalOrder()).toList();
    double index = 3.0 / 100 * (sorted.size() - 1);
    int left = (int) Math.floor(index);
    double gamma = index - left;
    return gamma == 0
        ? sorted.get(left)
        : sorted.get(left) * (1 - gamma) + sorted.get(left + 1) * gamma;
  }
}
