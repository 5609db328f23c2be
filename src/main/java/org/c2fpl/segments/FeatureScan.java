package org.c2fpl.segments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.lib.input.FileInputFormat;
import org.apache.parquet.hadoop.ParquetInputFormat;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.c2fpl.workspace.LeafFiles;
import scala.Tuple2;

/**
 * Segments in the buffers of Parquet's own reader, without the copies of Spark rows.
 *
 * <p>Memory: a row group of 16 MB per task.
 */
public final class FeatureScan {
  private static final long SPLIT_BYTES = 128L << 20;
  private static final int MOST_SPLITS_A_TASK = 4;
  private static final int TASKS_A_CORE = 8;

  private FeatureScan() {}

  /**
   * The segments of leaves, file by file in the order of their names. A record is a view that the
   * next one overwrites.
   *
   * @param folders of leaves with {@code video_id, segment_index, features}
   */
  public static JavaRDD<FeatureRecord> of(SparkSession spark, List<Path> folders) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    JavaPairRDD<Void, FeatureRecord> splits =
        context.newAPIHadoopRDD(
            input(spark, folders), InOrder.class, Void.class, FeatureRecord.class);
    return splits
        .coalesce(tasks(splits.getNumPartitions(), context.defaultParallelism()))
        .map(Tuple2::_2);
  }

  private static Configuration input(SparkSession spark, List<Path> folders) {
    try {
      Job job = Job.getInstance(spark.sessionState().newHadoopConf());
      FileInputFormat.setInputPaths(job, folders.toArray(Path[]::new));
      FileInputFormat.setMinInputSplitSize(job, SPLIT_BYTES);
      FileInputFormat.setMaxInputSplitSize(job, SPLIT_BYTES);
      return job.getConfiguration();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Few enough that starting tasks and opening files cost little, enough that they end together.
   */
  static int tasks(int splits, int cores) {
    int leastTasks = (splits + MOST_SPLITS_A_TASK - 1) / MOST_SPLITS_A_TASK;
    return Math.max(1, Math.max(leastTasks, Math.min(splits, TASKS_A_CORE * cores)));
  }

  /**
   * Lists the files of whole leaves by name: a file system lists them in any order, but results of
   * a batch depend on it. Hadoop creates it by its class name.
   */
  public static final class InOrder extends ParquetInputFormat<FeatureRecord> {
    public InOrder() {
      super(FeatureRecord.Support.class);
    }

    @Override
    protected List<FileStatus> listStatus(JobContext job) throws IOException {
      List<FileStatus> files = new ArrayList<>();
      for (Path folder : FileInputFormat.getInputPaths(job)) {
        files.addAll(LeafFiles.of(folder.getFileSystem(job.getConfiguration()), folder));
      }
      return files;
    }
  }
}
