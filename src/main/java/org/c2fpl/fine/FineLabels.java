package org.c2fpl.fine;

import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.c2fpl.method.fine.SegmentLabels;
import org.c2fpl.method.fine.SoftTarget;
import org.c2fpl.method.statistics.NullModel;

/** The labels of a partition's videos. */
final class FineLabels implements Iterator<LabelledVideo> {
  private final VideoSegments videos;
  private final LabelRule rule;
  private final NullModel nullModel;

  /** Null except with random labels. */
  private final RandomSegments draw;

  /** Null except with soft labels. */
  private final SoftRanks ranks;

  FineLabels(
      VideoSegments videos,
      LabelRule rule,
      NullModel nullModel,
      RandomSegments draw,
      SoftRanks ranks) {
    this.videos = videos;
    this.rule = rule;
    this.nullModel = nullModel;
    this.draw = draw;
    this.ranks = ranks;
  }

  @Override
  public boolean hasNext() {
    return videos.hasNext();
  }

  @Override
  public LabelledVideo next() {
    if (!videos.hasNext()) {
      throw new NoSuchElementException();
    }
    videos.load();
    LabelledVideo labelled = new LabelledVideo();
    labelled.setVideoId(videos.video());
    labelled.setNorms(videos.norms());
    double[] logP = videos.anomalous() ? logP() : null;
    boolean[] labels = new boolean[videos.length()];
    switch (rule.labels()) {
      case WINDOW -> labelWindow(logP, labels);
      case THRESHOLD -> labelBelow(Math.log(rule.alpha()), logP, labels);
      case VIDEO -> Arrays.fill(labels, videos.anomalous());
      case RANDOM -> {
        for (int j = 0; j < labels.length; j++) {
          labels[j] = draw.contains(videos.video(), j);
        }
      }
      case SOFT, SOFT_RANK -> labelled.setTargets(labelSoftly(logP, labels));
    }
    labelled.setLabels(labels);
    labelled.setProbabilities(logP == null ? null : exponentials(logP));
    return labelled;
  }

  private double[] logP() {
    double[] logP = new double[videos.length()];
    for (int j = 0; j < logP.length; j++) {
      double surprise = videos.surprise(j);
      logP[j] =
          videos.components() == 1
              ? rule.pValue().log(nullModel, videos.scalar(j), surprise)
              : rule.pValue().log(nullModel, videos.vector(j), surprise);
    }
    return logP;
  }

  private static double[] exponentials(double[] logP) {
    double[] p = new double[logP.length];
    for (int j = 0; j < p.length; j++) {
      p[j] = Math.exp(logP[j]);
    }
    return p;
  }

  /** Alg. 1, lines 17–20; {@code logP} is null in videos labelled normal. */
  private void labelWindow(double[] logP, boolean[] labels) {
    int width = rule.window().width(labels.length, rule.beta());
    if (logP != null && width > 0) {
      int start = rule.window().start(logP, labels.length, width);
      Arrays.fill(labels, start, start + width, true);
    }
  }

  private static void labelBelow(double logAlpha, double[] logP, boolean[] labels) {
    for (int j = 0; logP != null && j < labels.length; j++) {
      labels[j] = logP[j] < logAlpha;
    }
  }

  private double[] labelSoftly(double[] logP, boolean[] labels) {
    double[] targets = new double[labels.length];
    if (logP == null) {
      return targets;
    }
    boolean window = rule.labels() == SegmentLabels.SOFT;
    if (window) {
      labelWindow(logP, labels);
    }
    double[] smoothed = SoftRanks.smoothed(videos);
    for (int j = 0; j < targets.length; j++) {
      double rank = ranks.ofSegment(smoothed[j]);
      targets[j] = window ? SoftTarget.of(labels[j], rank) : SoftTarget.ofRank(rank);
      labels[j] = targets[j] > 0.5;
    }
    return targets;
  }
}
