package org.c2fpl.detector;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.c2fpl.errors.DataException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Scores segments: the mean over a segment's crops of the network's sigmoid.
 *
 * <p>Rows {@code video_id, segment_index, features} become rows {@code video_id, segment_index,
 * score}, in order. A task holds one batch: at most {@value #MAX_ROWS} crops, at most 16 MiB of
 * features beyond the first segment, and one network. A score may differ in its last bits (below
 * 1e-7) with the place of a segment in its batch.
 */
public final class DetectorScorer implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;
  private static final int MAX_ROWS = 256;
  private static final long MAX_BATCH_BYTES = 16L << 20;

  /** The columns that come out. */
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

  @Override
  public Iterator<Row> call(Iterator<Row> segments) {
    return new Scores(segments);
  }

  private final class Scores implements Iterator<Row> {
    private final Iterator<Row> segments;
    private final DetectorArchitecture architecture = model.value().architecture();
    private final int crops = architecture.crops();
    private final int dim = architecture.dim();
    private final int batch;
    private final ArrayDeque<Row> ready = new ArrayDeque<>();

    Scores(Iterator<Row> segments) {
      this.segments = segments;
      long byBytes = MAX_BATCH_BYTES / ((long) crops * dim * Float.BYTES);
      this.batch = (int) Math.max(1, Math.min(MAX_ROWS / crops, byBytes));
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
      String[] videos = new String[batch];
      int[] indices = new int[batch];
      float[] features = new float[Math.multiplyExact(batch, crops * dim)];
      int size = 0;
      while (size < batch && segments.hasNext()) {
        Row row = segments.next();
        videos[size] = row.getString(0);
        indices[size] = row.getInt(1);
        fill(row.getAs(2), videos[size], indices[size], features, size * crops * dim);
        size++;
      }
      double[] scores = score(features, size);
      for (int s = 0; s < size; s++) {
        ready.add(RowFactory.create(videos[s], indices[s], scores[s]));
      }
    }

    private void fill(byte[] bytes, String video, int index, float[] out, int offset) {
      if (bytes.length != crops * dim * Float.BYTES) {
        throw new DataException(
            "Cannot score segment "
                + index
                + " of video '"
                + video
                + "': it has "
                + bytes.length
                + " bytes of features where model "
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
        LittleEndian.floats(bytes, out, offset);
      } else {
        model.value().profile().standardize(bytes, crops, out, offset);
      }
    }

    private double[] score(float[] features, int size) {
      ComputationGraph network =
          NetworkPool.borrow(
              "score " + id,
              () -> {
                ComputationGraph built = architecture.network(1, 0);
                new NetworkState(model.value().parameters(), new byte[0], 0, 0).into(built);
                return built;
              });
      float[] rows = Arrays.copyOf(features, size * crops * dim);
      float[] sigmoids;
      try (INDArray input = Nd4j.create(rows, new long[] {(long) size * crops, dim}, 'c')) {
        INDArray output = network.outputSingle(false, input);
        sigmoids = output.reshape(output.length()).toFloatVector();
      }
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
