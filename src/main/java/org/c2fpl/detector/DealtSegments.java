package org.c2fpl.detector;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.HashPartitioner;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.c2fpl.errors.DataException;
import org.c2fpl.method.statistics.FeatureProfile;
import org.c2fpl.method.training.SegmentDeal;
import scala.Tuple2;

/**
 * One deal: puts every segment with its label into the partition of its worker.
 *
 * <p>Worker and key of a segment follow from (seed, deal, video id, segment index), which both
 * tables have. So features and labels go to the same partition independently, and Spark shuffles
 * the features once and never sorts or joins them.
 *
 * <p>Heap of a task while it fills a store: four bytes per segment of the footage for the labels,
 * and that of {@link WorkerStore}.
 */
final class DealtSegments implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final float UNLABELLED = -1;

  private final String training;
  private final int deal;
  private final long seed;
  private final int workers;
  private final int crops;
  private final int dim;
  private final FeatureProfile profile;
  private final transient JavaRDD<WorkerStore> stores;

  /**
   * @param features {@code video_id, segment_index, features}
   * @param labels {@code video_id, segment_index, target}, a float in [0, 1]; one row for every
   *     segment
   * @param profile standardises the features; null to use them as they are
   */
  DealtSegments(
      String training,
      int deal,
      long seed,
      int workers,
      DetectorArchitecture architecture,
      Dataset<Row> features,
      Dataset<Row> labels,
      FeatureProfile profile) {
    this.training = training;
    this.deal = deal;
    this.seed = seed;
    this.workers = workers;
    this.crops = architecture.crops();
    this.dim = architecture.dim();
    this.profile = profile;
    // Integer.hashCode is the number itself, so worker w goes to partition w.
    HashPartitioner byWorker = new HashPartitioner(workers);
    JavaPairRDD<Integer, byte[]> dealtFeatures =
        features
            .select("video_id", "segment_index", "features")
            .javaRDD()
            .mapToPair(
                row ->
                    dealt(row.getString(0), row.getInt(1), checked(row.getString(0), row.getAs(2))))
            .partitionBy(byWorker);
    JavaPairRDD<Integer, byte[]> dealtLabels =
        labels
            .select("video_id", "segment_index", "target")
            .javaRDD()
            .mapToPair(
                row ->
                    dealt(
                        row.getString(0),
                        row.getInt(1),
                        LittleEndian.bytes(new float[] {row.getFloat(2)})))
            .partitionBy(byWorker);
    // The filled store only passes from this function to the caller in the same task.
    this.stores =
        dealtFeatures.zipPartitions(
            dealtLabels, (f, l) -> List.of(fill(f, l, TaskContext.getPartitionId())).iterator());
  }

  /** The mini-batches of an epoch, partition w holding those of worker w. */
  SegmentBatches batches(int epoch, int batch) {
    return new SegmentBatches(stores.rdd(), training, deal, seed, epoch, batch, crops, dim);
  }

  private Tuple2<Integer, byte[]> dealt(String videoId, int segmentIndex, byte[] payload) {
    byte[] id = videoId.getBytes(StandardCharsets.UTF_8);
    byte[] message = new byte[2 * Integer.BYTES + id.length + payload.length];
    ByteBuffer.wrap(message).putInt(segmentIndex).putInt(id.length).put(id).put(payload);
    long key = SegmentDeal.key(seed, deal, videoId, segmentIndex);
    return new Tuple2<>(SegmentDeal.worker(key, workers), message);
  }

  private byte[] checked(String videoId, byte[] features) {
    if (features.length != crops * dim * Float.BYTES) {
      throw new DataException(
          "Cannot train the detector: a segment of video '"
              + videoId
              + "' has "
              + features.length
              + " bytes of features where "
              + crops
              + " crops × "
              + dim
              + " need "
              + crops * dim * Float.BYTES
              + ". Ingest the video again.");
    }
    return features;
  }

  private WorkerStore fill(
      Iterator<Tuple2<Integer, byte[]>> features,
      Iterator<Tuple2<Integer, byte[]>> labels,
      int worker) {
    Map<String, float[]> labelsOfVideo = new HashMap<>();
    long labelled = 0;
    while (labels.hasNext()) {
      Message message = Message.read(labels.next()._2());
      float[] ofVideo = labelsOfVideo.getOrDefault(message.videoId, new float[0]);
      if (message.segmentIndex >= ofVideo.length) {
        int old = ofVideo.length;
        ofVideo = Arrays.copyOf(ofVideo, Math.addExact(message.segmentIndex, 1 + (old >> 1)));
        Arrays.fill(ofVideo, old, ofVideo.length, UNLABELLED);
        labelsOfVideo.put(message.videoId, ofVideo);
      }
      ofVideo[message.segmentIndex] = message.payload.order(ByteOrder.LITTLE_ENDIAN).getFloat();
      labelled++;
    }
    int values = crops * dim;
    float[] row = new float[values];
    try (var builder = new WorkerStore.Builder(StoreRegistry.newFile(), values)) {
      while (features.hasNext()) {
        Message message = Message.read(features.next()._2());
        float[] ofVideo = labelsOfVideo.get(message.videoId);
        if (ofVideo == null
            || message.segmentIndex >= ofVideo.length
            || ofVideo[message.segmentIndex] == UNLABELLED) {
          throw new DataException(
              "Cannot train the detector: segment "
                  + message.segmentIndex
                  + " of video '"
                  + message.videoId
                  + "' has no pseudo-label. Run 'c2fpl stats', 'coarse' and 'fine' again.");
        }
        byte[] bytes = new byte[message.payload.remaining()];
        message.payload.get(bytes);
        if (profile == null) {
          LittleEndian.floats(bytes, row, 0);
        } else {
          profile.standardize(bytes, crops, row, 0);
        }
        long key = SegmentDeal.key(seed, deal, message.videoId, message.segmentIndex);
        builder.add(key, ofVideo[message.segmentIndex], row);
      }
      WorkerStore store = builder.build();
      if (store.size() != labelled) {
        throw new DataException(
            "Cannot train the detector: worker "
                + worker
                + " has "
                + labelled
                + " pseudo-labels for "
                + store.size()
                + " segments. Run 'c2fpl stats', 'coarse' and 'fine' again.");
      }
      return store;
    }
  }

  private record Message(String videoId, int segmentIndex, ByteBuffer payload) {
    static Message read(byte[] bytes) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      int segmentIndex = buffer.getInt();
      int length = buffer.getInt();
      String videoId = new String(bytes, buffer.position(), length, StandardCharsets.UTF_8);
      buffer.position(buffer.position() + length);
      return new Message(videoId, segmentIndex, buffer);
    }
  }
}
