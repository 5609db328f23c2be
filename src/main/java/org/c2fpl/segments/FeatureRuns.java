package org.c2fpl.segments;

import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.io.api.Binary;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;

/**
 * Runs of numbers computed from features, directly in the buffers of Parquet's reader.
 *
 * <p>Memory: as {@link FeatureScan}.
 */
public final class FeatureRuns {
  private FeatureRuns() {}

  /**
   * One number per segment.
   *
   * @param folder a leaf with {@code video_id, segment_index, features}
   */
  public static Dataset<SegmentRun> of(SparkSession spark, Path folder, SegmentNumber number) {
    return spark.createDataset(
        FeatureScan.of(spark, List.of(folder))
            .mapPartitions(records -> new RunsOfRecords(records, number))
            .rdd(),
        Encoders.bean(SegmentRun.class));
  }

  private static final class RunsOfRecords extends JoinedRuns<Binary> {
    private final Iterator<FeatureRecord> records;
    private final SegmentNumber number;
    private FeatureRecord record;

    RunsOfRecords(Iterator<FeatureRecord> records, SegmentNumber number) {
      this.records = records;
      this.number = number;
    }

    @Override
    boolean advance() {
      boolean more = records.hasNext();
      record = more ? records.next() : null;
      return more;
    }

    @Override
    Binary video() {
      return record.video();
    }

    @Override
    Binary kept(Binary video) {
      // The page with the id may be released before the run ends.
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
      to[at] = number.of(record.bytes(), record.from(), record.length());
    }

    @Override
    String text(Binary video) {
      return video.toStringUsingUTF8();
    }
  }
}
