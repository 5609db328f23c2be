package org.c2fpl.annotate;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.StorageLevel;
import org.c2fpl.errors.DataException;
import org.c2fpl.formats.NpyReader;
import org.c2fpl.formats.annotations.AnnotationEntry;
import org.c2fpl.formats.annotations.AnnotationMatcher;
import org.c2fpl.formats.annotations.FrameMaskAnnotations;
import org.c2fpl.formats.annotations.FrameRange;
import org.c2fpl.formats.annotations.IngestedVideo;
import org.c2fpl.formats.annotations.MatchedAnnotations;
import org.c2fpl.formats.annotations.VideoAnnotation;
import org.c2fpl.formats.annotations.VideoNames;
import org.c2fpl.formats.annotations.VideoResolver;
import org.c2fpl.formats.features.VideoIds;
import org.c2fpl.ingest.InputFiles;
import org.c2fpl.segments.Missing;
import org.c2fpl.segments.Splits;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageOutputs;
import org.c2fpl.stage.Unit;
import org.c2fpl.stage.Words;
import org.c2fpl.workspace.Fingerprints;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;

/**
 * One file of ground truth, matched with the ingested videos.
 *
 * <p>The driver holds the file and the ingested videos that it names; videos that it does not list
 * stay distributed.
 */
final class Annotating {
  private static final int NAMED = 10;
  private static final Leaf TARGET = Leaf.of(Table.ANNOTATIONS);

  private final StageContext context;
  private final AnnotateStage.Options options;

  Annotating(StageContext context, AnnotateStage.Options options) {
    this.context = context;
    this.options = options;
  }

  void check(List<IngestedVideo> videos, int framesPerSegment) {
    try {
      List<AnnotationEntry> entries = entries();
      if (videos != null) {
        matched(entries, new VideoResolver(videos), framesPerSegment);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads the file's digest.
   *
   * @throws DataException if there is no footage, or no such file
   */
  Unit unit() {
    Workspace workspace = context.workspace();
    List<Leaf> segments = workspace.leaves(Table.SEGMENTS);
    if (segments.isEmpty()) {
      throw new DataException(
          "Cannot annotate workspace "
              + workspace.root()
              + ": no footage was ingested. Run 'c2fpl ingest' first.");
    }
    Splits.Shape shape = Splits.sameShape(workspace, segments);
    Unit unit =
        Unit.writing(TARGET)
            .parameter("format", options.format().toString())
            .parameter("split", options.split())
            .parameter("unknown_videos", options.unknownVideos().toString())
            .parameter("unlisted", unlistedAreNormal() ? "normal" : "error")
            .input("input", digest(options.input()));
    if (options.order() != null) {
      unit.input("order", digest(options.order()));
    }
    unit.inputs(workspace, segments, "Ingest it again.");
    return unit.made(
        out -> {
          Dataset<Row> videos = videos(segments).persist(StorageLevel.MEMORY_AND_DISK());
          try {
            return write(out, videos, shape.framesPerSegment());
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          } finally {
            videos.unpersist();
          }
        });
  }

  private String write(StageOutputs out, Dataset<Row> videos, int framesPerSegment)
      throws IOException {
    MatchedAnnotations matched = matched(videos, framesPerSegment);
    Dataset<Row> rows = table(matched.videos());
    long unlistedCount = 0;
    if (options.format().listsAnomalousVideosOnly()) {
      Dataset<Row> unlisted = unlisted(videos, matched.videos());
      unlistedCount = unlisted.count();
      checkUnlisted(unlisted, unlistedCount);
      rows = rows.unionByName(normal(unlisted));
    }
    rows.repartition(1)
        .sortWithinPartitions("split", "video_id")
        .write()
        .parquet(out.folder(TARGET).toString());

    long total = matched.videos().size() + unlistedCount;
    long anomalous = withLabel(matched.videos(), 1);
    long normal = withLabel(matched.videos(), 0) + unlistedCount;
    out.rows(TARGET, total);
    ObjectNode details = out.details(TARGET);
    details.put("frames_per_segment", framesPerSegment);
    details.put("anomalous", anomalous);
    details.put("normal", normal);
    details.put("unknown_label", total - anomalous - normal);
    details.put("unlisted", unlistedCount);
    details.put("ignored", matched.ignored());
    details.put("odd_lengths", matched.oddLengths());
    details.put("late_ends", matched.lateEnds());

    if (matched.oddLengths() > 0) {
      context
          .events()
          .warned(
              "the length of "
                  + Words.count(matched.oddLengths(), "annotated video")
                  + " differs from the ingested segments by a segment or more, for instance "
                  + matched.oddLengthExample()
                  + ". Check the frame rate and the segment length.");
    }
    if (matched.lateEnds() > 0) {
      context
          .events()
          .warned(
              "ranges of "
                  + Words.count(matched.lateEnds(), "annotated video")
                  + " end after the last segment, for instance "
                  + matched.lateEndExample()
                  + "; frames after it are not evaluated. Check the frame rate and the segment"
                  + " length.");
    }
    warnOfAnomaliesNowhere(matched.videos());
    return options.input()
        + " → annotations: "
        + Words.count(total, "video")
        + ", "
        + anomalous
        + " anomalous, "
        + normal
        + " normal"
        + (unlistedCount > 0 ? " (" + unlistedCount + " of them not listed)" : "")
        + (matched.ignored() > 0 ? "; " + matched.ignored() + " not ingested and ignored" : "");
  }

  /** Warns of lines without a range in a file that should locate every anomaly. */
  private void warnOfAnomaliesNowhere(List<VideoAnnotation> videos) {
    List<VideoAnnotation> nowhere =
        videos.stream()
            .filter(video -> Integer.valueOf(1).equals(video.label()))
            .filter(video -> video.anomalies().isEmpty())
            .toList();
    if (options.format().locatesEveryAnomaly() && !nowhere.isEmpty()) {
      context
          .events()
          .warned(
              Words.count(nowhere.size(), "video")
                  + " of another class than Normal without a range (-1 -1 -1 -1): "
                  + nowhere.stream()
                      .limit(NAMED)
                      .map(video -> VideoIds.printable(video.videoId()) + " " + video.clazz())
                      .collect(Collectors.joining(", "))
                  + (nowhere.size() > NAMED ? " and " + (nowhere.size() - NAMED) + " more" : "")
                  + ". They are not evaluated: which of their frames are anomalous is not known."
                  + " Give their ranges, or the class Normal.");
    }
  }

  private static long withLabel(List<VideoAnnotation> videos, int label) {
    return videos.stream().filter(video -> Integer.valueOf(label).equals(video.label())).count();
  }

  private boolean unlistedAreNormal() {
    return options.unlisted() != AnnotateStage.Unlisted.ERROR;
  }

  /** The annotations by ingested video; entries and candidates fit the driver. */
  private MatchedAnnotations matched(Dataset<Row> videos, int framesPerSegment) throws IOException {
    List<AnnotationEntry> entries = entries();
    return matched(entries, candidates(videos, entries), framesPerSegment);
  }

  private MatchedAnnotations matched(
      List<AnnotationEntry> lines, VideoResolver ingested, int framesPerSegment)
      throws IOException {
    List<AnnotationEntry> entries = lines;
    if (options.format().isArray()) {
      List<FrameMaskAnnotations.Video> order =
          FrameMaskAnnotations.withFrames(
              options.order(), entries, ingested, options.split(), framesPerSegment);
      try (NpyReader mask = new NpyReader(open(options.input()), options.input())) {
        entries = FrameMaskAnnotations.read(options.input(), options.order(), order, mask);
      }
    }
    // Line numbers are those of the order file if there is one.
    String source = options.order() == null ? options.input() : options.order();
    return new AnnotationMatcher(
            source,
            ingested,
            options.split(),
            options.unknownVideos() == AnnotateStage.UnknownVideos.IGNORE,
            framesPerSegment)
        .match(entries);
  }

  private List<AnnotationEntry> entries() throws IOException {
    String file = options.order() == null ? options.input() : options.order();
    try (InputStream in = open(file)) {
      return options.format().read(file, in);
    }
  }

  /** {@code video_id}, {@code split}, {@code segments} of everything ingested. */
  private Dataset<Row> videos(List<Leaf> leaves) {
    Dataset<Row> all = null;
    for (String split : leaves.stream().map(Leaf::split).distinct().toList()) {
      Dataset<Row> videos =
          context
              .workspace()
              .read(
                  context.spark(),
                  leaves.stream().filter(leaf -> leaf.split().equals(split)).toList())
              .groupBy("video_id")
              .agg(count(lit(1)).cast(DataTypes.IntegerType).as("segments"))
              .withColumn("split", lit(split));
      all = all == null ? videos : all.unionByName(videos);
    }
    return all;
  }

  /** Only ingested videos that an annotation may mean are collected to the driver. */
  private VideoResolver candidates(Dataset<Row> videos, List<AnnotationEntry> entries) {
    List<String> keys =
        entries.stream()
            .map(entry -> VideoNames.key(entry.annotation().videoId()))
            .distinct()
            .toList();
    Dataset<Row> wanted = context.spark().createDataset(keys, Encoders.STRING()).toDF("key");
    UserDefinedFunction key = udf((UDF1<String, String>) VideoNames::key, DataTypes.StringType);
    List<IngestedVideo> found = new ArrayList<>();
    for (Row row :
        videos
            .withColumn("key", key.apply(col("video_id")))
            .join(broadcast(wanted), "key")
            .select("video_id", "split", "segments")
            .collectAsList()) {
      found.add(new IngestedVideo(row.getString(0), row.getString(1), row.getInt(2)));
    }
    return new VideoResolver(found);
  }

  private Dataset<Row> unlisted(Dataset<Row> videos, List<VideoAnnotation> listed) {
    List<String> ids = listed.stream().map(VideoAnnotation::videoId).toList();
    Dataset<Row> known = context.spark().createDataset(ids, Encoders.STRING()).toDF("video_id");
    return videos
        .filter(col("split").equalTo(options.split()))
        .join(broadcast(known), "video_id", "left_anti")
        .select("video_id", "split");
  }

  private void checkUnlisted(Dataset<Row> unlisted, long count) {
    if (count > 0 && !unlistedAreNormal()) {
      throw new DataException(
          "Cannot annotate split "
              + options.split()
              + ": "
              + options.input()
              + " does not list "
              + Missing.named(unlisted, count)
              + ". Add them, or count them as normal with --unlisted normal.");
    }
    Dataset<Row> suspicious = unlisted.filter(col("video_id").rlike("_label_[BG]"));
    long suspects = suspicious.count();
    if (suspects > 0) {
      context
          .events()
          .warned(
              options.input()
                  + " does not list "
                  + Missing.named(suspicious, suspects)
                  + "; counted as normal, though the name has the code of an anomaly.");
    }
  }

  private Dataset<Row> normal(Dataset<Row> unlisted) {
    return unlisted
        .withColumn("label", lit(0))
        .withColumn("frames", lit(null).cast(DataTypes.LongType))
        .withColumn("class", lit(null).cast(DataTypes.StringType))
        .withColumn(
            "anomalies", array().cast(Table.ANNOTATIONS.schema().apply("anomalies").dataType()));
  }

  private Dataset<Row> table(List<VideoAnnotation> videos) {
    List<Row> rows = new ArrayList<>();
    for (VideoAnnotation video : videos) {
      Row[] ranges = new Row[video.anomalies().size()];
      for (int i = 0; i < ranges.length; i++) {
        FrameRange range = video.anomalies().get(i);
        ranges[i] = RowFactory.create(range.start(), range.end());
      }
      rows.add(
          RowFactory.create(
              video.videoId(),
              video.split(),
              video.label(),
              video.frames(),
              video.clazz(),
              ranges));
    }
    return context.spark().createDataFrame(rows, Table.ANNOTATIONS.schema());
  }

  private InputStream open(String file) {
    try {
      Configuration hadoop = context.spark().sparkContext().hadoopConfiguration();
      return new BufferedInputStream(new InputFiles(hadoop).open("annotations from", file));
    } catch (IOException | IllegalArgumentException e) {
      throw new DataException(
          "Cannot read annotations from "
              + file
              + ": "
              + e.getMessage()
              + ". Give a file that can be read.",
          e);
    }
  }

  private String digest(String file) {
    MessageDigest digest = Fingerprints.digest();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = open(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Fingerprints.hex(digest.digest());
  }
}
