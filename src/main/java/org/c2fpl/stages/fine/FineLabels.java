package org.c2fpl.stages.fine;

import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.c2fpl.method.NullModel;
import org.c2fpl.method.fine.SegmentLabels;
import org.c2fpl.method.fine.SoftTarget;

/** The rows of {@code fine_labels} of a partition's videos. */
final class FineLabels implements Iterator<Row> {
  private final VideoSegments videos;
  private final LabelRule rule;
  private final NullModel nullModel;

  /** Null but for random labels. */
  private final RandomSegments draw;

  /** Null but for soft labels. */
  private final SoftRanks ranks;

  private int length;
  private int position;
  private double[] logP = new double[0];
  private double[] targets = new double[0];
  private boolean[] labels = new boolean[0];

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
    return position < length || videos.hasNext();
  }

  @Override
  public Row next() {
    if (position == length) {
      if (!videos.hasNext()) {
        throw new NoSuchElementException();
      }
      videos.load();
      length = videos.length();
      position = 0;
      label();
    }
    int segment = position++;
    Double p = videos.anomalous() ? Math.exp(logP[segment]) : null;
    int label = labels[segment] ? 1 : 0;
    return rule.labels().soft()
        ? RowFactory.create(
            videos.video(), segment, videos.norm(segment), p, label, targets[segment])
        : RowFactory.create(videos.video(), segment, videos.norm(segment), p, label);
  }

  private void label() {
    if (labels.length < length) {
      int room = Math.max(length, 2 * labels.length);
      labels = new boolean[room];
      logP = new double[room];
      targets = new double[rule.labels().soft() ? room : 0];
    }
    Arrays.fill(labels, 0, length, false);
    if (videos.anomalous()) {
      for (int j = 0; j < length; j++) {
        logP[j] = logP(j);
      }
    }
    switch (rule.labels()) {
      case WINDOW -> labelWindow();
      case THRESHOLD -> labelBelow(Math.log(rule.alpha()));
      case VIDEO -> Arrays.fill(labels, 0, length, videos.anomalous());
      case RANDOM -> {
        for (int j = 0; j < length; j++) {
          labels[j] = draw.contains(videos.video(), j);
        }
      }
      case SOFT, SOFT_RANK -> labelSoftly();
    }
  }

  private double logP(int segment) {
    double surprise = videos.surprise(segment);
    return videos.components() == 1
        ? rule.pValue().log(nullModel, videos.scalar(segment), surprise)
        : rule.pValue().log(nullModel, videos.vector(segment), surprise);
  }

  /** Alg. 1, lines 17–20. */
  private void labelWindow() {
    int width = rule.window().width(length, rule.beta());
    if (videos.anomalous() && width > 0) {
      int start = rule.window().start(logP, length, width);
      Arrays.fill(labels, start, start + width, true);
    }
  }

  private void labelBelow(double logAlpha) {
    for (int j = 0; j < length && videos.anomalous(); j++) {
      labels[j] = logP[j] < logAlpha;
    }
  }

  private void labelSoftly() {
    if (!videos.anomalous()) {
      Arrays.fill(targets, 0, length, 0);
      return;
    }
    boolean window = rule.labels() == SegmentLabels.SOFT;
    if (window) {
      labelWindow();
    }
    double[] smoothed = SoftRanks.smoothed(videos);
    for (int j = 0; j < length; j++) {
      double rank = ranks.ofSegment(smoothed[j]);
      targets[j] = window ? SoftTarget.of(labels[j], rank) : SoftTarget.ofRank(rank);
      labels[j] = targets[j] > 0.5;
    }
  }
}
