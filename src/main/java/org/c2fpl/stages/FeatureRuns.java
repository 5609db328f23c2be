package org.c2fpl.stages;

import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.lib.input.FileInputFormat;
import org.apache.parquet.hadoop.ParquetInputFormat;
import org.apache.parquet.io.api.Binary;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/**
 * Runs of numbers that follow from features, computed where Parquet's reader holds them. Spark's
 * own scan copies every feature three times on the way to a function, which takes as long as
 * reading and computing together.
 *
 * <p>Memory: a row group, 16 MB, a task.
 */
final class FeatureRuns {
  private static final long SPLIT_BYTES = 128L << 20;
  private static final int MOST_SPLITS_A_TASK = 4;
  private static final int TASKS_A_CORE = 8;

  private FeatureRuns() {}

  /**
   * One number a segment.
   *
   * @param folder a leaf with {@code video_id, segment_index, features}
   */
  static Dataset<SegmentRun> of(SparkSession spark, Path folder, SegmentNumber number) {
    Configuration hadoop = spark.sessionState().newHadoopConf();
    hadoop.set(ParquetInputFormat.READ_SUPPORT_CLASS, FeatureRecord.Support.class.getName());
    hadoop.setLong(FileInputFormat.SPLIT_MINSIZE, SPLIT_BYTES);
    hadoop.setLong(FileInputFormat.SPLIT_MAXSIZE, SPLIT_BYTES);
    @SuppressWarnings("unchecked")
    Class<ParquetInputFormat<FeatureRecord>> format =
        (Class<ParquetInputFormat<FeatureRecord>>) (Class<?>) ParquetInputFormat.class;
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    JavaPairRDD<Void, FeatureRecord> splits =
        context.newAPIHadoopFile(
            folder.toString(), format, Void.class, FeatureRecord.class, hadoop);
    return spark.createDataset(
        splits
            .coalesce(tasks(splits.getNumPartitions(), context.defaultParallelism()))
            .mapPartitions(records -> new Joined(records, number))
            .rdd(),
        Encoders.bean(SegmentRun.class));
  }

  /** Few enough that their starts and their files cost little, enough to end together. */
  static int tasks(int splits, int cores) {
    int leastTasks = (splits + MOST_SPLITS_A_TASK - 1) / MOST_SPLITS_A_TASK;
    return Math.max(1, Math.max(leastTasks, Math.min(splits, TASKS_A_CORE * cores)));
  }

  private static final class Joined extends JoinedRuns<Binary> {
    private final Iterator<Tuple2<Void, FeatureRecord>> records;
    private final SegmentNumber number;
    private FeatureRecord record;

    Joined(Iterator<Tuple2<Void, FeatureRecord>> records, SegmentNumber number) {
      this.records = records;
      this.number = number;
    }

    @Override
    boolean advance() {
      boolean more = records.hasNext();
      record = more ? records.next()._2() : null;
      return more;
    }

    @Override
    Binary video() {
      return record.videoId();
    }

    @Override
    Binary kept(Binary video) {
      // The page that holds the id may be gone before the run is over.
      return Binary.fromConstantByteArray(video.getBytes());
    }

    @Override
    int index() {
      return record.segmentIndex();
    }

    @Override
    int width() {
      return 1;
    }

    @Override
    void numbers(double[] to, int at) {
      to[at] = record.number(number);
    }

    @Override
    String text(Binary video) {
      return video.toStringUsingUTF8();
    }
  }
}
