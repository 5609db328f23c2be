package org.c2fpl.bench;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.c2fpl.ingest.IngestStage;
import org.c2fpl.workspace.Fingerprints;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.LeafTransaction;
import org.c2fpl.workspace.ManifestDraft;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;
import org.c2fpl.workspace.WriteMode;

/**
 * Generated footage in the form that {@code ingest} writes.
 *
 * <p>Features are a gain times a stretch of one pool of non-negative numbers, so they cost little
 * more than the copy. The gain is that of the video, times some noise per segment; three videos in
 * ten are louder and have a run of segments that is much louder, so that coarse and fine labels are
 * of both kinds.
 */
public final class FootageTables {
  public static final String SPLIT = "train";
  public static final int FRAMES_PER_SEGMENT = 16;
  static final Leaf SEGMENTS = Leaf.of(Table.SEGMENTS, SPLIT, "0");

  private static final long SEED = 1;
  private static final long TASK_BYTES = 128L << 20;
  private static final int POOL_OFFSETS = 1 << 16;
  private static final double ANOMALOUS_VIDEOS = 0.3;
  private static final double ANOMALOUS_SHARE = 0.15;

  private FootageTables() {}

  /**
   * One video.
   *
   * @param gain of its quiet segments
   * @param loudFrom the first segment of its loud run, which is empty in a normal video
   */
  record Video(String id, int segments, double gain, int loudFrom, int loudTo)
      implements Serializable {

    static Video of(int number, int segments) {
      Random random = new Random(SEED * 1_000_003 + number);
      boolean anomalous = random.nextDouble() < ANOMALOUS_VIDEOS;
      double gain = (anomalous ? 1.15 : 1) + 0.03 * random.nextGaussian();
      int loud = anomalous ? (int) Math.ceil(ANOMALOUS_SHARE * segments) : 0;
      int from = random.nextInt(segments - loud + 1);
      return new Video(String.format("video_%06d", number), segments, gain, from, from + loud);
    }

    double gain(int segment, Random random) {
      double loudness = segment >= loudFrom && segment < loudTo ? 1.5 : 1;
      return gain * loudness * (1 + 0.03 * random.nextGaussian());
    }
  }

  private record Slice(Video video, int from, int to) implements Serializable {}

  /** Writes the footage unless the workspace has it, made from the same counts and shape. */
  public static void write(
      SparkSession spark, Workspace workspace, int[] counts, int crops, int dim) {
    ManifestDraft draft =
        ManifestDraft.of("bench footage", 1, SEED)
            .parameter("crops", crops)
            .parameter("dim", dim)
            .parameter("seed", SEED)
            .parameter("frames_per_segment", FRAMES_PER_SEGMENT)
            .input(
                "segment counts",
                Fingerprints.sha256(Arrays.toString(counts).getBytes(StandardCharsets.UTF_8)));
    List<Leaf> leaves = List.of(SEGMENTS, SEGMENTS.in(Table.VIDEOS), SEGMENTS.in(Table.REJECTED));
    try (LeafTransaction transaction = workspace.begin(draft, WriteMode.REFRESH, leaves)) {
      if (transaction.upToDate()) {
        return;
      }
      List<Video> videos =
          IntStream.range(0, counts.length).mapToObj(v -> Video.of(v, counts[v])).toList();
      IngestStage.write(
          spark.createDataFrame(rows(spark, videos, crops, dim), Table.SEGMENTS.schema()),
          transaction.staging(SEGMENTS));
      transaction.rows(SEGMENTS, SegmentCounts.sum(counts));
      write(
          spark,
          transaction,
          SEGMENTS.in(Table.VIDEOS),
          videos.stream()
              .map(video -> RowFactory.create(video.id(), "generated", null, null, null))
              .toList());
      write(spark, transaction, SEGMENTS.in(Table.REJECTED), List.of());
      transaction
          .details(SEGMENTS)
          .put("crops", crops)
          .put("dim", dim)
          .put("frames_per_segment", FRAMES_PER_SEGMENT)
          .put("videos", counts.length);
      transaction.commit();
    }
  }

  private static void write(
      SparkSession spark, LeafTransaction transaction, Leaf leaf, List<Row> rows) {
    Path folder = transaction.staging(leaf);
    spark
        .createDataFrame(rows, leaf.table().schema())
        .coalesce(1)
        .write()
        .parquet(folder.toString());
    transaction.rows(leaf, rows.size());
  }

  private static JavaRDD<Row> rows(SparkSession spark, List<Video> videos, int crops, int dim) {
    int atMost = (int) Math.max(1, TASK_BYTES / ((long) crops * dim * Float.BYTES));
    List<List<Slice>> tasks = new ArrayList<>();
    int free = 0;
    for (Video video : videos) {
      for (int from = 0; from < video.segments(); ) {
        if (free == 0) {
          tasks.add(new ArrayList<>());
          free = atMost;
        }
        int to = Math.min(video.segments(), from + free);
        tasks.get(tasks.size() - 1).add(new Slice(video, from, to));
        free -= to - from;
        from = to;
      }
    }
    return JavaSparkContext.fromSparkContext(spark.sparkContext())
        .parallelize(tasks, tasks.size())
        .flatMap(slices -> new SliceRows(slices, crops * dim));
  }

  /** {@code POOL_OFFSETS + length} halved absolute Gaussians; equal everywhere. */
  static float[] pool(int length) {
    Random random = new Random(SEED);
    float[] pool = new float[POOL_OFFSETS + length];
    for (int i = 0; i < pool.length; i++) {
      pool[i] = (float) Math.abs(0.5 * random.nextGaussian());
    }
    return pool;
  }

  private static final class SliceRows implements Iterator<Row> {
    private final Iterator<Slice> slices;
    private final int length;
    private final float[] pool;
    private final float[] features;
    private Slice slice;
    private int next;
    private Random random;

    SliceRows(List<Slice> slices, int length) {
      this.slices = slices.iterator();
      this.length = length;
      this.pool = pool(length);
      this.features = new float[length];
    }

    @Override
    public boolean hasNext() {
      return slice != null && next < slice.to() || slices.hasNext();
    }

    @Override
    public Row next() {
      if (slice == null || next == slice.to()) {
        slice = slices.next();
        next = slice.from();
        random = new Random(slice.video().id().hashCode() * 31L + next);
      }
      float gain = (float) slice.video().gain(next, random);
      int offset = random.nextInt(POOL_OFFSETS);
      for (int i = 0; i < length; i++) {
        features[i] = gain * pool[offset + i];
      }
      byte[] bytes = new byte[length * Float.BYTES];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(features);
      return RowFactory.create(slice.video().id(), next++, bytes);
    }
  }
}
