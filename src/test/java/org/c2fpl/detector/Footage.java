package org.c2fpl.detector;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.c2fpl.testing.SharedSpark;

/** Small labelled footage: anomalous segments are 1.5 higher in every component. */
record Footage(List<Row> features, List<Row> labels) {
  private static final StructType FEATURES =
      new StructType()
          .add("video_id", DataTypes.StringType)
          .add("segment_index", DataTypes.IntegerType)
          .add("features", DataTypes.BinaryType);
  private static final StructType LABELS =
      new StructType()
          .add("video_id", DataTypes.StringType)
          .add("segment_index", DataTypes.IntegerType)
          .add("label", DataTypes.IntegerType);

  static Footage of(int videos, int segments, int crops, int dim) {
    Random random = new Random(17);
    List<Row> features = new ArrayList<>();
    List<Row> labels = new ArrayList<>();
    for (int v = 0; v < videos; v++) {
      for (int s = 0; s < segments; s++) {
        int label = v % 2 == 1 && s % 3 == 0 ? 1 : 0;
        float[] values = new float[crops * dim];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) (random.nextGaussian() + 1.5 * label);
        }
        features.add(RowFactory.create("v" + v, s, LittleEndian.bytes(values)));
        labels.add(RowFactory.create("v" + v, s, label));
      }
    }
    return new Footage(features, labels);
  }

  /** The same rows in another order. */
  Footage shuffled(long seed) {
    List<Row> f = new ArrayList<>(features);
    List<Row> l = new ArrayList<>(labels);
    Collections.shuffle(f, new Random(seed));
    Collections.shuffle(l, new Random(seed + 1));
    return new Footage(f, l);
  }

  Dataset<Row> featureRows(int partitions) {
    return SharedSpark.session().createDataFrame(features, FEATURES).repartition(partitions);
  }

  Dataset<Row> labelRows(int partitions) {
    return SharedSpark.session().createDataFrame(labels, LABELS).repartition(partitions);
  }

  TrainingData data(int partitions) {
    return new TrainingData(featureRows(partitions), labelRows(partitions), null, "footage");
  }
}
