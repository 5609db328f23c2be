package org.c2fpl.detector;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;
import org.c2fpl.errors.DataException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Scores segments: the mean over a segment's crops of the network's sigmoid.
 *
 * <p>Segments become rows {@code video_id, segment_index, score}, in order. A task holds one batch:
 * at most {@value #MAX_ROWS} crops, at most 16 MiB of features (or one segment), outside the heap,
 * and one network. The last bits of a score (below 1e-7) may depend on the position of the segment
 * in its batch.
 */
public final class DetectorScorer implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int MAX_ROWS = 1024;
  private static final long MAX_BATCH_BYTES = 16L << 20;

  /** The columns of the result. */
  public static final StructType SCHEMA =
      new StructType()
          .add("video_id", DataTypes.StringType, false)
          .add("segment_index", DataTypes.IntegerType, false)
          .add("score", DataTypes.DoubleType, false);

  private final Broadcast<DetectorModel> model;
  private final String id;

  public DetectorScorer(Broadcast<DetectorModel> model) {
    this.model = model;
    this.id = model.value().id();
  }

  /** The scores of a partition's segments, each of which is read before the next. */
  public Iterator<Row> scores(Iterator<? extends SegmentFeatures> segments) {
    return new Scores(segments);
  }

  private final class Scores implements Iterator<Row> {
    private final Iterator<? extends SegmentFeatures> segments;
    private final DetectorArchitecture architecture = model.value().architecture();
    private final int crops = architecture.crops();
    private final int dim = architecture.dim();
    private final int batch;
    private final String[] videos;
    private final int[] indices;
    private final float[] standardized;
    private final ArrayDeque<Row> ready = new ArrayDeque<>();

    /** The features of a batch outside the heap, overwritten by those of the next. */
    private INDArray features;

    Scores(Iterator<? extends SegmentFeatures> segments) {
      this.segments = segments;
      long byBytes = MAX_BATCH_BYTES / ((long) crops * dim * Float.BYTES);
      this.batch = (int) Math.max(1, Math.min(MAX_ROWS / crops, byBytes));
      this.videos = new String[batch];
      this.indices = new int[batch];
      this.standardized = new float[model.value().profile() == null ? 0 : crops * dim];
    }

    @Override
    public boolean hasNext() {
      if (ready.isEmpty() && segments.hasNext()) {
        scoreBatch();
      }
      return !ready.isEmpty();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ready.remove();
    }

    private void scoreBatch() {
      NativeThreads.pin();
      TaskDevice.use();
      if (features == null) {
        allocate();
      }
      ByteBuffer bytes = NativeMemory.bytes(features).order(ByteOrder.LITTLE_ENDIAN);
      int size = 0;
      while (size < batch && segments.hasNext()) {
        SegmentFeatures segment = segments.next();
        videos[size] = segment.videoId();
        indices[size] = segment.segmentIndex();
        append(segment, bytes);
        size++;
      }
      NativeMemory.written(features);
      double[] scores = score(size);
      for (int s = 0; s < size; s++) {
        ready.add(RowFactory.create(videos[s], indices[s], scores[s]));
      }
    }

    private void allocate() {
      INDArray room = Nd4j.createUninitializedDetached(DataType.FLOAT, (long) batch * crops, dim);
      features = room;
      TaskContext task = TaskContext.get();
      if (task != null) {
        // At once: the garbage collector does not see memory outside the heap.
        TaskCompletionListener close = completed -> room.close();
        task.addTaskCompletionListener(close);
      }
    }

    private void append(SegmentFeatures segment, ByteBuffer to) {
      if (segment.length() != crops * dim * Float.BYTES) {
        throw new DataException(
            "Cannot score segment "
                + segment.segmentIndex()
                + " of video '"
                + segment.videoId()
                + "': it has "
                + segment.length()
                + " bytes of features, while model "
                + id
                + " needs "
                + crops
                + " crops × "
                + dim
                + " ("
                + crops * dim * Float.BYTES
                + " bytes). Score footage with the features that the model was trained on.");
      }
      if (model.value().profile() == null) {
        to.put(segment.bytes(), segment.from(), segment.length());
      } else {
        model
            .value()
            .profile()
            .standardize(segment.bytes(), segment.from(), segment.length(), crops, standardized, 0);
        to.asFloatBuffer().put(standardized);
        to.position(to.position() + segment.length());
      }
    }

    private double[] score(int size) {
      ComputationGraph network =
          NetworkPool.borrow(
              "score " + id,
              () -> {
                ComputationGraph built = architecture.network(1, 0);
                new NetworkState(model.value().parameters(), new byte[0], 0, 0).into(built);
                return built;
              });
      long rows = (long) size * crops;
      INDArray input =
          rows == features.size(0) ? features : features.get(NDArrayIndex.interval(0, rows));
      INDArray output = network.outputSingle(false, input);
      float[] sigmoids = output.reshape(output.length()).toFloatVector();
      NetworkPool.giveBack("score " + id, network);
      double[] scores = new double[size];
      for (int s = 0; s < size; s++) {
        double sum = 0;
        for (int c = 0; c < crops; c++) {
          sum += sigmoids[s * crops + c];
        }
        scores[s] = requireScore(sum / crops);
      }
      return scores;
    }

    private double requireScore(double score) {
      if (Double.isNaN(score)) {
        throw new DataException(
            "Cannot score segments: a score is NaN. Check the features for NaN or infinite values"
                + " and ingest them again.");
      }
      return Math.min(1, Math.max(0, score));
    }
  }
}
