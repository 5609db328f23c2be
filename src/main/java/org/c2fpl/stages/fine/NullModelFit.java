package org.c2fpl.stages.fine;

import static org.apache.spark.sql.functions.col;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.api.java.function.ReduceFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.c2fpl.method.ExactMoments;
import org.c2fpl.method.NullModel;
import org.c2fpl.stages.statistics.JointMoments;

/**
 * The null model of the segments of videos labelled normal (Eqs. 3, 4), the same bits in any order.
 *
 * @param segments of those videos
 * @param videos labelled normal
 */
public record NullModelFit(NullModel model, long segments, long videos) {

  /**
   * Fits it.
   *
   * @param runs cheap to read again
   * @param components of z; 0 to take the norm
   */
  public static NullModelFit of(Dataset<LabelledRun> runs, int components) {
    Dataset<LabelledRun> normal = runs.filter(col("videoLabel").equalTo(0));
    long videos = normal.filter(col("first").equalTo(0)).count();
    if (components > 1) {
      JointMoments moments = JointMoments.of(vectors(normal, components), components);
      return new NullModelFit(moments.nullModel(), moments.segments(), videos);
    }
    ExactMoments moments = moments(normal, components);
    return new NullModelFit(NullModel.of(moments), moments.count(), videos);
  }

  /** Of the norm, or of the one component of z. */
  private static ExactMoments moments(Dataset<LabelledRun> runs, int components) {
    MapPartitionsFunction<LabelledRun, ExactMoments> count =
        partition -> {
          ExactMoments moments = new ExactMoments();
          while (partition.hasNext()) {
            double[] numbers = partition.next().getNumbers();
            for (int i = components; i < numbers.length; i += LabelledRun.width(components)) {
              moments.add(numbers[i]);
            }
          }
          return List.of(moments).iterator();
        };
    ReduceFunction<ExactMoments> merge =
        (left, right) -> {
          left.merge(right);
          return left;
        };
    return runs.mapPartitions(count, Encoders.javaSerialization(ExactMoments.class)).reduce(merge);
  }

  private static JavaRDD<double[]> vectors(Dataset<LabelledRun> runs, int components) {
    int width = LabelledRun.width(components);
    return runs.toJavaRDD()
        .flatMap(
            run ->
                IntStream.range(0, run.getNumbers().length / width)
                    .mapToObj(
                        segment -> {
                          int z = segment * width + 1;
                          return Arrays.copyOfRange(run.getNumbers(), z, z + components);
                        })
                    .iterator());
  }
}
