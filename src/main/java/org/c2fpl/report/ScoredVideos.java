package org.c2fpl.report;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.slice;

import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.c2fpl.method.exact.ExactSum;
import org.c2fpl.report.page.Figures;
import org.c2fpl.report.page.ReportData;
import org.c2fpl.report.page.Thinning;
import org.c2fpl.report.page.Timeline;
import org.c2fpl.score.ScoringModels;
import org.c2fpl.segments.RowRuns;
import org.c2fpl.segments.SegmentRun;
import org.c2fpl.segments.VideoRuns;
import org.c2fpl.stage.StageContext;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;

/**
 * The scored videos with the highest peaks, their timelines and detections.
 *
 * <p>Memory on the driver: a key and a peak of {@link #MAX_VIDEOS} videos per partition, then
 * {@link #MAX_VIDEOS} rows with timelines within {@link Timeline}'s budget of 5 MB. In a task: a
 * video's scores.
 */
final class ScoredVideos {
  static final int MAX_VIDEOS = 5000;
  static final int MAX_DETECTIONS = 2000;

  /** The most ranges of a video's truth; real footage has a handful. */
  private static final int MAX_RANGES = 200;

  private static final StructType KEYS = new StructType().add("key", DataTypes.StringType, false);
  private static final StructType TIMELINE =
      new StructType()
          .add("key", DataTypes.StringType, false)
          .add("segments", DataTypes.IntegerType, false)
          .add("peak", DataTypes.DoubleType, false)
          .add("mean", DataTypes.DoubleType, false)
          .add("width", DataTypes.IntegerType, false)
          .add("high", DataTypes.StringType, false)
          .add("low", DataTypes.StringType);

  /**
   * The result.
   *
   * @param scored number of scored videos
   * @param detected number of detections
   */
  record Found(
      long scored,
      long detected,
      List<ReportData.Video> videos,
      List<ReportData.Detection> detections) {}

  private final StageContext context;
  private final Workspace workspace;
  private final List<Leaf> scores;
  private final FrameGrabs frameGrabs;

  ScoredVideos(StageContext context, FrameGrabs frameGrabs) {
    this.context = context;
    this.frameGrabs = frameGrabs;
    this.workspace = context.workspace();
    this.scores = workspace.leaves(Table.SEGMENT_SCORES);
  }

  /**
   * @param evaluation null if nothing was evaluated
   */
  Found find(EvaluationResults evaluation, ScoringModels models) {
    if (scores.isEmpty()) {
      return new Found(0, 0, List.of(), List.of());
    }
    Dataset<Row> rows = Batches.read(context, scores);
    List<Row> peaks =
        rows.groupBy("key")
            .agg(max("score").as("peak"))
            .orderBy(col("peak").desc(), col("key"))
            .limit(MAX_VIDEOS)
            .select("key")
            .collectAsList();
    NameBudget names = new NameBudget();
    List<String> keys =
        peaks.stream().map(row -> row.getString(0)).takeWhile(names::takes).toList();
    long scored = Math.max(keys.size(), scored());
    Map<String, Integer> indexes = new HashMap<>();
    keys.forEach(key -> indexes.put(key, indexes.size()));
    Dataset<Row> listed =
        broadcast(
            context
                .spark()
                .createDataFrame(keys.stream().map(key -> RowFactory.create(key)).toList(), KEYS));
    List<ReportData.Video> videos =
        videos(rows.join(listed, "key"), listed, keys, evaluation, models);
    return new Found(scored, detected(), videos, detections(listed, indexes));
  }

  /** The number of videos in the scored batches, from their manifests. */
  private long scored() {
    return scores.stream()
        .mapToLong(leaf -> workspace.manifest(leaf.in(Table.VIDEOS)).map(Manifest::rows).orElse(0L))
        .sum();
  }

  private long detected() {
    return workspace.leaves(Table.DETECTIONS).stream()
        .mapToLong(leaf -> workspace.require(leaf, "").rows())
        .sum();
  }

  private List<ReportData.Video> videos(
      Dataset<Row> rows,
      Dataset<Row> listed,
      List<String> keys,
      EvaluationResults evaluation,
      ScoringModels models) {
    Map<String, Row> timelines = byFirst(timelines(rows, Timeline.buckets(keys.size())));
    Map<String, Row> footage = footage(listed);
    Set<String> names = new LinkedHashSet<>();
    keys.forEach(key -> names.add(name(key)));
    Map<String, Row> truths = truths(names);
    Map<String, Double> aucs = evaluation == null ? Map.of() : evaluation.aucs(names);
    List<ReportData.Video> videos = new ArrayList<>();
    for (String key : keys) {
      Row timeline = timelines.get(key);
      Row video = footage.get(key);
      String[] parts = parts(key);
      String name = name(key);
      Row truth = truths.get(name);
      videos.add(
          new ReportData.Video(
              parts[2],
              parts[0],
              parts[1],
              models.of(Leaf.of(Table.SEGMENT_SCORES, parts[0], parts[1])),
              timeline.getAs("segments"),
              truth == null ? null : truth.getAs("frames"),
              video == null ? null : video.getAs("fps"),
              video == null ? null : video.getAs("camera"),
              video == null ? null : instant(video.getAs("recorded_at")),
              truth == null ? null : truth.getAs("class"),
              truth == null ? null : truth.getAs("label"),
              truth == null ? null : known(truth),
              Figures.rounded(timeline.<Double>getAs("peak")),
              Figures.rounded(timeline.<Double>getAs("mean")),
              aucs.get(name) == null ? null : Figures.rounded(aucs.get(name)),
              timeline.getAs("width"),
              timeline.getAs("high"),
              timeline.getAs("low")));
    }
    return videos;
  }

  /** Split, batch and id. Names of splits and batches have no slash; ids may. */
  private static String[] parts(String key) {
    return key.split("/", 3);
  }

  /** The key of an annotation: split and id. */
  private static String name(String key) {
    String[] parts = parts(key);
    return parts[0] + "/" + parts[2];
  }

  private static List<Row> timelines(Dataset<Row> rows, int buckets) {
    MapPartitionsFunction<SegmentRun, Row> thin = runs -> new Timelines(runs, buckets);
    Dataset<Row> named = rows.select(col("key").as("video_id"), col("segment_index"), col("score"));
    return RowRuns.byVideo(RowRuns.of(named, col("score")))
        .mapPartitions(thin, Encoders.row(TIMELINE))
        .collectAsList();
  }

  /** The timelines of a partition's videos. */
  private static final class Timelines implements Iterator<Row> {
    private final VideoRuns<SegmentRun> videos;
    private final int buckets;

    Timelines(Iterator<SegmentRun> runs, int buckets) {
      this.videos =
          new VideoRuns<>(runs, 1, "Cannot report on video", "Run 'c2fpl score' for it again.");
      this.buckets = buckets;
    }

    @Override
    public boolean hasNext() {
      return videos.hasNext();
    }

    @Override
    public Row next() {
      videos.load();
      double[] scores = videos.column(0);
      ExactSum sum = new ExactSum();
      for (double score : scores) {
        sum.add(score);
      }
      Timeline timeline = Timeline.of(scores, buckets);
      return RowFactory.create(
          videos.videoId(),
          scores.length,
          Thinning.largest(scores, scores.length)[0],
          sum.value() / scores.length,
          timeline.width(),
          timeline.high(),
          timeline.low());
    }
  }

  private Map<String, Row> footage(Dataset<Row> listed) {
    List<Leaf> leaves =
        scores.stream()
            .map(leaf -> leaf.in(Table.VIDEOS))
            .filter(leaf -> workspace.manifest(leaf).isPresent())
            .toList();
    return leaves.isEmpty()
        ? Map.of()
        : byFirst(
            Batches.read(context, leaves)
                .join(listed, "key")
                .select("key", "fps", "recorded_at", "camera")
                .collectAsList());
  }

  /** Annotations of the listed videos, by split and id. */
  private Map<String, Row> truths(Set<String> names) {
    Leaf annotations = Leaf.of(Table.ANNOTATIONS);
    if (workspace.manifest(annotations).isEmpty()) {
      return Map.of();
    }
    List<Row> rows = names.stream().map(name -> RowFactory.create(name)).toList();
    Dataset<Row> listed = broadcast(context.spark().createDataFrame(rows, KEYS));
    return byFirst(
        workspace
            .read(context.spark(), annotations)
            .withColumn("key", concat_ws("/", col("split"), col("video_id")))
            .join(listed, "key")
            .select(
                col("key"),
                col("label"),
                col("frames"),
                col("class"),
                slice(col("anomalies"), 1, MAX_RANGES).as("anomalies"))
            .collectAsList());
  }

  private List<ReportData.Detection> detections(Dataset<Row> listed, Map<String, Integer> indexes) {
    List<Leaf> leaves = workspace.leaves(Table.DETECTIONS);
    if (leaves.isEmpty()) {
      return List.of();
    }
    Dataset<Row> strongest =
        Batches.read(context, leaves)
            .join(listed, "key")
            .orderBy(col("peak_score").desc(), col("video_id"), col("start_frame"), col("key"));
    Map<FrameGrabs.Place, String> images = frameGrabs.of(strongest, scores);
    List<ReportData.Detection> detections = new ArrayList<>();
    for (Row row : strongest.limit(MAX_DETECTIONS).collectAsList()) {
      detections.add(
          new ReportData.Detection(
              indexes.get(row.<String>getAs("key")),
              row.getAs("start_frame"),
              row.getAs("end_frame"),
              row.getAs("start_seconds"),
              row.getAs("end_seconds"),
              Figures.rounded(row.<Double>getAs("peak_score")),
              Figures.rounded(row.<Double>getAs("mean_score")),
              images.get(FrameGrabs.Place.of(row))));
    }
    return detections;
  }

  /** Anomalous ranges; null if an annotation does not show which frames are anomalous. */
  static List<long[]> known(Row truth) {
    List<long[]> ranges = new ArrayList<>();
    for (Row range : truth.<Row>getList(truth.fieldIndex("anomalies"))) {
      ranges.add(new long[] {range.getLong(0), range.getLong(1)});
    }
    Integer label = truth.getAs("label");
    return ranges.isEmpty() && (label == null || label != 0) ? null : ranges;
  }

  private static String instant(Timestamp timestamp) {
    return timestamp == null ? null : timestamp.toInstant().toString();
  }

  private static Map<String, Row> byFirst(List<Row> rows) {
    Map<String, Row> map = new LinkedHashMap<>();
    rows.forEach(row -> map.put(row.getString(0), row));
    return map;
  }
}
