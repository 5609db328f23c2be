package org.c2fpl.identity;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.c2fpl.coarse.Clustering;
import org.c2fpl.coarse.CoarseMethod;
import org.c2fpl.coarse.CoarseStage;
import org.c2fpl.coarse.Eta;
import org.c2fpl.coarse.Supervision;
import org.c2fpl.detector.Descent;
import org.c2fpl.detector.DetectorArchitecture;
import org.c2fpl.detector.LearningRateRule;
import org.c2fpl.detector.MasterKind;
import org.c2fpl.detector.Optimizer;
import org.c2fpl.detector.TrainingPlan;
import org.c2fpl.evaluate.EvaluateStage;
import org.c2fpl.fine.FineStage;
import org.c2fpl.fine.LabelRule;
import org.c2fpl.method.evaluation.TailPolicy;
import org.c2fpl.method.fine.PValue;
import org.c2fpl.method.fine.SegmentLabels;
import org.c2fpl.method.fine.WindowRule;
import org.c2fpl.method.statistics.NormKind;
import org.c2fpl.score.ScoreStage;
import org.c2fpl.stats.Statistic;
import org.c2fpl.stats.StatsStage;
import org.c2fpl.train.ThresholdChoice;
import org.c2fpl.train.TrainStage;
import org.c2fpl.workspace.ManifestDraft;
import org.c2fpl.workspace.StoredOptions;

/** Options of every stage, with every value that has a name. */
public final class Samples {
  private Samples() {}

  /** The fingerprint of the result of each. */
  public static Map<String, String> fingerprints() {
    Map<String, String> fingerprints = new TreeMap<>();
    options().forEach((name, options) -> fingerprints.put(name, fingerprint(options, 1)));
    return fingerprints;
  }

  /** The name of each by its class. */
  public static List<String> texts() {
    return options().values().stream().map(Object::toString).toList();
  }

  static String fingerprint(StoredOptions options, int algorithm) {
    return ManifestDraft.of("sample", algorithm, 0)
        .parameters(options.stored())
        .input("segments", "ab")
        .fingerprint("sample");
  }

  static Map<String, StoredOptions> options() {
    Map<String, StoredOptions> options = new TreeMap<>();
    for (NormKind norm : NormKind.values()) {
      options.put(
          "stats " + norm,
          new StatsStage.Options(
              List.of("train"), true, norm, List.of(Statistic.values()), 8, "train"));
    }
    for (Clustering clustering : Clustering.values()) {
      for (Supervision supervision : Supervision.values()) {
        if (clustering == Clustering.PUBLISHED_CODE && supervision == Supervision.PARTIAL) {
          continue; // They contradict each other.
        }
        options.put(
            "coarse " + clustering + " " + supervision,
            new CoarseStage.Options(
                new CoarseMethod(clustering, new Eta(0.5), supervision, 0.25, 0.1), "train"));
      }
    }
    for (SegmentLabels labels : SegmentLabels.values()) {
      for (WindowRule window : WindowRule.values()) {
        for (PValue pValue : PValue.values()) {
          if (labels != SegmentLabels.THRESHOLD || pValue.isProbability()) {
            options.put(
                "fine " + labels + " " + window + " " + pValue,
                new FineStage.Options(new LabelRule(labels, window, pValue, 0.2, 0.05), "train"));
          }
        }
      }
    }
    for (ThresholdChoice threshold :
        List.of(
            ThresholdChoice.auto(),
            new ThresholdChoice(0.5, null),
            new ThresholdChoice(null, 2.0))) {
      for (LearningRateRule rule : LearningRateRule.values()) {
        for (MasterKind master : MasterKind.values()) {
          for (Optimizer optimizer : Optimizer.values()) {
            options.put(
                "train " + threshold + " " + rule + " " + master + " " + optimizer,
                new TrainStage.Options(
                    "train", plan(rule, master, optimizer), threshold, true, false, 1.5, 100));
          }
        }
      }
    }
    options.put("architecture", DetectorArchitecture.standard(2048, 10));
    options.put("score", new ScoreStage.Options(List.of("test"), 0.5));
    for (TailPolicy tail : TailPolicy.values()) {
      for (EvaluateStage.MissingScores missing : EvaluateStage.MissingScores.values()) {
        options.put(
            "evaluate " + tail + " " + missing, new EvaluateStage.Options("test", tail, missing));
      }
    }
    return options;
  }

  private static TrainingPlan plan(LearningRateRule rule, MasterKind master, Optimizer optimizer) {
    return new TrainingPlan(
        3,
        16,
        2,
        10,
        8,
        0.01,
        rule,
        7,
        master,
        Duration.ofMinutes(1),
        new Descent(optimizer, 0.9, List.of(2), 0.1));
  }
}
