package org.c2fpl.report;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.log;
import static org.apache.spark.sql.functions.round;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.c2fpl.report.page.Figures;
import org.c2fpl.report.page.ReportData.TrainingVideo;
import org.c2fpl.report.page.Thinning;
import org.c2fpl.segments.RowRuns;
import org.c2fpl.segments.SegmentRun;
import org.c2fpl.segments.VideoRuns;
import org.c2fpl.stage.StageContext;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.Table;

/**
 * The training videos whose pseudo-labels show the method best: those in which p differs most
 * between the segments labelled anomalous and the others.
 *
 * <p>Memory on the driver: {@link #MAX_VIDEOS} videos of {@link #MAX_BUCKETS} numbers. In a task: a
 * video's numbers.
 */
final class TrainingVideos {
  static final int MAX_VIDEOS = 12;
  static final int MAX_BUCKETS = 2000;

  /** The most runs of labels of a video; a threshold may give one run per segment. */
  private static final int MAX_RUNS = 1000;

  /** The least p: a density underflows, and its logarithm would be infinite. */
  private static final double LEAST_P = 1e-300;

  private static final StructType IDS =
      new StructType().add("video_id", DataTypes.StringType, false);
  private static final Leaf FINE = Leaf.of(Table.FINE_LABELS);

  private TrainingVideos() {}

  static List<TrainingVideo> find(StageContext context) {
    Manifest manifest = context.workspace().manifest(FINE).orElse(null);
    if (manifest == null) {
      return List.of();
    }
    Object alpha = manifest.parameters().get("alpha");
    boolean window = "window".equals(manifest.parameters().get("segment_labels"));
    Dataset<Row> segments = context.workspace().read(context.spark(), FINE);
    Dataset<Row> chosen = chosen(segments);
    Dataset<Row> rows =
        segments
            .join(broadcast(chosen), "video_id")
            .select(
                col("video_id"),
                col("segment_index"),
                array(
                        col("norm"),
                        coalesce(col("p_value"), lit(Double.NaN)),
                        col("label").cast(DataTypes.DoubleType))
                    .as("numbers"));
    Map<String, List<long[]>> truths = truths(context, chosen, manifest.parameters().get("split"));
    List<TrainingVideo> videos = new ArrayList<>();
    for (TrainingVideo video :
        RowRuns.byVideo(RowRuns.ofArrays(rows, col("numbers")))
            .toJavaRDD()
            .mapPartitions(Thinned::new)
            .collect()) {
      List<int[]> labels = video.labels();
      videos.add(
          new TrainingVideo(
              video.id(),
              video.segments(),
              video.width(),
              video.norms(),
              video.p(),
              alpha instanceof Number number ? (Double) number.doubleValue() : null,
              window && labels.size() == 1 ? labels.get(0) : null,
              labels,
              truths.get(video.id())));
    }
    Map<String, Integer> order = order(chosen);
    videos.sort(Comparator.comparing(video -> order.get(video.id())));
    return videos;
  }

  /** {@code video_id}, in this order. */
  private static Dataset<Row> chosen(Dataset<Row> segments) {
    Column logP = log(greatest(col("p_value"), lit(LEAST_P)));
    List<Row> ids =
        segments
            .filter(col("p_value").isNotNull())
            .groupBy("video_id")
            .agg(
                avg(when(col("label").equalTo(0), logP)).as("outside"),
                avg(when(col("label").equalTo(1), logP)).as("inside"))
            // The last digits of sums depend on the order of merging.
            .orderBy(
                round(col("outside").minus(col("inside")), 6).desc_nulls_last(), col("video_id"))
            .limit(MAX_VIDEOS)
            .select("video_id")
            .collectAsList();
    return segments.sparkSession().createDataFrame(ids, IDS);
  }

  private static Map<String, Integer> order(Dataset<Row> chosen) {
    Map<String, Integer> order = new HashMap<>();
    chosen.collectAsList().forEach(row -> order.put(row.getString(0), order.size()));
    return order;
  }

  private static Map<String, List<long[]>> truths(
      StageContext context, Dataset<Row> chosen, Object split) {
    Leaf annotations = Leaf.of(Table.ANNOTATIONS);
    Map<String, List<long[]>> truths = new HashMap<>();
    if (context.workspace().manifest(annotations).isPresent()) {
      context
          .workspace()
          .read(context.spark(), annotations)
          .filter(col("split").equalTo(split))
          .join(broadcast(chosen), "video_id")
          .collectAsList()
          .forEach(row -> truths.put(row.getAs("video_id"), ScoredVideos.known(row)));
    }
    return truths;
  }

  /** The videos of a partition, without the data of other tables. */
  private static final class Thinned implements Iterator<TrainingVideo> {
    private final VideoRuns<SegmentRun> videos;

    Thinned(Iterator<SegmentRun> runs) {
      this.videos = new VideoRuns<>(runs, 3, "Cannot report on video", "Run 'c2fpl fine' again.");
    }

    @Override
    public boolean hasNext() {
      return videos.hasNext();
    }

    @Override
    public TrainingVideo next() {
      videos.load();
      int width = Thinning.width(videos.length(), MAX_BUCKETS);
      return new TrainingVideo(
          videos.videoId(),
          videos.length(),
          width,
          Figures.rounded(Thinning.largest(videos.column(0), width)),
          Figures.rounded(Thinning.smallest(videos.column(1), width)),
          null,
          null,
          labels(),
          null);
    }

    private List<int[]> labels() {
      List<int[]> runs = new ArrayList<>();
      int from = -1;
      for (int j = 0; j <= videos.length() && runs.size() < MAX_RUNS; j++) {
        boolean anomalous = j < videos.length() && videos.number(j, 2) == 1;
        if (anomalous && from < 0) {
          from = j;
        } else if (!anomalous && from >= 0) {
          runs.add(new int[] {from, j});
          from = -1;
        }
      }
      return runs;
    }
  }
}
