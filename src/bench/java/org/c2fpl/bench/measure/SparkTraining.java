package org.c2fpl.bench.measure;

import static org.apache.spark.sql.functions.col;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.c2fpl.detector.DetectorArchitecture;
import org.c2fpl.detector.DetectorTraining;
import org.c2fpl.detector.LearningRateRule;
import org.c2fpl.detector.MasterKind;
import org.c2fpl.detector.TrainingData;
import org.c2fpl.detector.TrainingPlan;
import org.c2fpl.detector.TrainingProgress;
import org.c2fpl.detector.TrainingResult;
import org.c2fpl.segments.Splits;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;

/** The training of {@code train}, on the master that the process is given. */
final class SparkTraining {
  private SparkTraining() {}

  /**
   * {@code train-spark <workspace> <workers> <batch> <epochs>}: seconds per epoch of the second
   * half, when the compiler no longer occupies a core.
   */
  static void measure(String[] arguments) throws Exception {
    Stages stages = Stages.open(arguments[0]);
    int workers = Integer.parseInt(arguments[1]);
    int batch = Integer.parseInt(arguments[2]);
    int epochs = Integer.parseInt(arguments[3]);
    Splits.Shape shape = stages.shape();
    Dataset<Row> segments =
        stages.workspace().read(stages.spark(), Leaf.of(Table.SEGMENTS, Stages.SPLIT, "0"));
    Dataset<Row> labels =
        segments.select(
            col("video_id"),
            col("segment_index"),
            col("segment_index").mod(8).equalTo(0).cast("int").as("label"));
    TrainingPlan plan =
        new TrainingPlan(
            epochs,
            batch,
            workers,
            epochs,
            TrainingPlan.AVERAGING_FREQUENCY,
            0.01,
            LearningRateRule.LINEAR,
            1,
            MasterKind.AVERAGING,
            null);
    Path checkpoints = stages.workspace().path("bench-checkpoints");
    stages.workspace().fileSystem().delete(checkpoints, true);
    List<Double> seconds = new ArrayList<>();
    TrainingResult result =
        new DetectorTraining(
                JavaSparkContext.fromSparkContext(stages.spark().sparkContext()),
                DetectorArchitecture.standard(shape.dim(), shape.crops()),
                plan,
                new TrainingData(segments, labels, null, "bench"),
                stages.workspace().fileSystem(),
                checkpoints,
                new Epochs(seconds))
            .run();
    stages.workspace().fileSystem().delete(checkpoints, true);
    double epoch =
        seconds.subList(epochs / 2, epochs).stream().mapToDouble(x -> x).average().orElseThrow();
    Measurement.of("epoch")
        .with("seconds", epoch)
        .with("rows", result.segments())
        .with("rows_per_second", result.segments() / epoch)
        .with("first_epoch_seconds", seconds.get(0))
        .with("loss", result.losses().get(epochs - 1))
        .print();
    stages.spark().stop();
  }

  private record Epochs(List<Double> seconds) implements TrainingProgress {
    @Override
    public void resumed(int epochs) {
      throw new IllegalStateException("there should be no checkpoint");
    }

    @Override
    public void estimated(Duration remaining) {
      // Only what happened counts.
    }

    @Override
    public void epoch(int epoch, int epochs, double loss, Duration took) {
      seconds.add(took.toNanos() / 1e9);
    }
  }
}
