package org.c2fpl.report;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.udf;

import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.UsageException;
import org.c2fpl.frames.FrameReader;
import org.c2fpl.frames.HadoopVideo;
import org.c2fpl.frames.VideoDecoder;
import org.c2fpl.segments.Splits;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.Words;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;

/**
 * Pictures of the strongest detections at their peaks, from the videos that the column {@code
 * source} names. A missing picture is not a failure: the page is complete without it.
 *
 * <p>Memory on the driver: {@link #MAX} pictures of some 10 KB. In a task: a decoder.
 */
public final class FrameGrabs {
  /** The most pictures that fit into the page. */
  public static final int MAX = 200;

  private static final int BYTES_IN_PAGE = 2_500_000;
  private static final int WIDTH = 240;
  private static final StructType GRAB =
      new StructType().add("image", DataTypes.BinaryType).add("problem", DataTypes.StringType);

  private final StageContext context;
  private final int wanted;

  FrameGrabs(StageContext context, int wanted) {
    this.context = context;
    this.wanted = wanted;
  }

  /** Refuses a number of pictures that this build or a page does not support. */
  public static void check(int wanted) {
    if (wanted < 0 || wanted > MAX) {
      throw new UsageException(
          "Cannot use --frame-grabs "
              + wanted
              + ": a page has 0 to "
              + MAX
              + ". Give such a number.");
    }
    if (wanted > 0 && VideoDecoder.ofThisBuild().isEmpty()) {
      throw new DataException(
          "Cannot grab frames: this build has no video decoder. Build with 'mvn package"
              + " -Pframes', or leave out --frame-grabs.");
    }
  }

  /** The position of a detection. */
  record Place(String key, long start) {
    static Place of(Row row) {
      return new Place(row.getAs("key"), row.<Long>getAs("start_frame"));
    }
  }

  /**
   * The pictures as data URIs.
   *
   * @param strongest detections with their keys, the strongest first
   * @param scores the leaves of the scored batches
   */
  Map<Place, String> of(Dataset<Row> strongest, List<Leaf> scores) {
    List<Leaf> videos =
        scores.stream()
            .map(leaf -> leaf.in(Table.VIDEOS))
            .filter(leaf -> context.workspace().manifest(leaf).isPresent())
            .toList();
    if (wanted == 0 || videos.isEmpty()) {
      return Map.of();
    }
    Map<Place, String> images = new HashMap<>();
    List<String> problems = new ArrayList<>();
    int bytes = 0;
    for (Row row : grabbed(strongest, scores, videos)) {
      Row grab = row.getAs("grab");
      String problem = grab.getAs("problem");
      if (problem != null) {
        problems.add(problem);
        continue;
      }
      String uri =
          "data:image/jpeg;base64,"
              + Base64.getEncoder().encodeToString(grab.<byte[]>getAs("image"));
      bytes += uri.length();
      if (bytes > BYTES_IN_PAGE) {
        break;
      }
      images.put(Place.of(row), uri);
    }
    tell(images.size(), problems);
    return images;
  }

  private List<Row> grabbed(Dataset<Row> strongest, List<Leaf> scores, List<Leaf> videos) {
    int frames =
        Splits.shape(context.workspace()).map(Splits.Shape::framesPerSegment).orElseThrow();
    Dataset<Row> detections =
        strongest.select("key", "start_frame", "end_frame", "peak_score").limit(wanted);
    Dataset<Row> peaks =
        Batches.read(context, scores)
            .select(col("key"), col("segment_index").multiply(frames).as("first"), col("score"))
            .join(broadcast(detections), "key")
            .where(
                col("first")
                    .geq(col("start_frame"))
                    .and(col("first").lt(col("end_frame")))
                    .and(col("score").equalTo(col("peak_score"))))
            .groupBy("key", "start_frame", "end_frame", "peak_score")
            .agg(min("first").as("first"));
    // The middle of the segment; the last segment of a video may be cut off.
    return peaks
        .join(Batches.read(context, videos).select("key", "source"), "key")
        .withColumn("frame", least(col("first").plus(frames / 2), col("end_frame").minus(lit(1L))))
        .select(
            col("key"),
            col("start_frame"),
            col("peak_score"),
            udf(new Grab(context), GRAB).apply(col("source"), col("frame")).as("grab"))
        .orderBy(col("peak_score").desc(), col("key"), col("start_frame"))
        .collectAsList();
  }

  private void tell(int grabbed, List<String> problems) {
    if (!problems.isEmpty()) {
      context
          .events()
          .warned(
              Words.count(problems.size(), "detection")
                  + " without a picture: "
                  + problems.get(0)
                  + (problems.size() > 1 ? ", for instance." : ".")
                  + " "
                  + Words.count(grabbed, "picture")
                  + (grabbed == 1 ? " is" : " are")
                  + " in the page. The column source of the table videos must name files that the"
                  + " executors can read.");
    }
  }

  /** The frame of a video, or the reason why there is none. */
  private static final class Grab implements UDF2<String, Long, Row> {
    private static final long serialVersionUID = 1L;

    private final Broadcast<SerializableConfiguration> hadoop;

    Grab(StageContext context) {
      JavaSparkContext spark = JavaSparkContext.fromSparkContext(context.spark().sparkContext());
      this.hadoop = spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
    }

    @Override
    public Row call(String source, Long frame) {
      if (source == null) {
        return RowFactory.create(null, "no source is known");
      }
      try (HadoopVideo video = HadoopVideo.open(source, hadoop.value().value());
          FrameReader reader = VideoDecoder.ofThisBuild().orElseThrow().open(video)) {
        return RowFactory.create(reader.jpeg(frame, WIDTH), null);
      } catch (Exception e) {
        // Decoders and file systems throw many exceptions for an unusable video.
        return RowFactory.create(null, source + ": " + e.getMessage());
      }
    }
  }
}
