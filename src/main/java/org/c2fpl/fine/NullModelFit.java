package org.c2fpl.fine;

import static org.apache.spark.sql.functions.col;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.c2fpl.method.exact.ExactMoments;
import org.c2fpl.method.statistics.NullModel;
import org.c2fpl.stats.JointMoments;

/**
 * The null model of the segments of videos labelled normal (Eqs. 3, 4), the same bits in any order.
 *
 * @param segments number of segments in those videos
 * @param videos labelled normal
 */
public record NullModelFit(NullModel model, long segments, long videos) {

  /**
   * Fits the null model.
   *
   * @param runs runs, cheap to read more than once
   * @param components of z; 0 to use the norm
   */
  public static NullModelFit of(Dataset<LabelledRun> runs, int components) {
    Dataset<LabelledRun> normal = runs.filter(col("videoLabel").equalTo(0));
    Counted counted = counted(normal, components);
    if (components <= 1) {
      return new NullModelFit(
          NullModel.of(counted.moments), counted.moments.count(), counted.videos);
    }
    JointMoments moments = JointMoments.of(vectors(normal, components), components);
    return new NullModelFit(moments.nullModel(), moments.segments(), counted.videos);
  }

  /**
   * @param moments of the norm, or of the first component of z
   */
  private record Counted(ExactMoments moments, long videos) implements Serializable {
    Counted merge(Counted other) {
      moments.merge(other.moments);
      return new Counted(moments, videos + other.videos);
    }
  }

  private static Counted counted(Dataset<LabelledRun> runs, int components) {
    int from = components == 0 ? 0 : 1;
    int width = LabelledRun.width(components);
    return runs.toJavaRDD()
        .mapPartitions(
            partition -> {
              ExactMoments moments = new ExactMoments();
              long videos = 0;
              while (partition.hasNext()) {
                LabelledRun run = partition.next();
                videos += run.getFirst() == 0 ? 1 : 0;
                double[] numbers = run.getNumbers();
                for (int i = from; i < numbers.length; i += width) {
                  moments.add(numbers[i]);
                }
              }
              return List.of(new Counted(moments, videos)).iterator();
            })
        .reduce(Counted::merge);
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
