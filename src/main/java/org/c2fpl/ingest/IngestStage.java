package org.c2fpl.ingest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.input_file_name;
import static org.apache.spark.sql.functions.regexp_extract;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.CollectionAccumulator;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.Secrets;
import org.c2fpl.formats.annotations.IngestedVideo;
import org.c2fpl.formats.features.Axes;
import org.c2fpl.formats.features.AxesDoubt;
import org.c2fpl.formats.features.VideoDetails;
import org.c2fpl.formats.features.VideoIds;
import org.c2fpl.formats.features.VideosCsv;
import org.c2fpl.ingest.Footage.Inspection;
import org.c2fpl.segments.Splits;
import org.c2fpl.segments.Splits.Shape;
import org.c2fpl.stage.Console;
import org.c2fpl.stage.Progress;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageListener.Figure;
import org.c2fpl.workspace.Fingerprints;
import org.c2fpl.workspace.ForgottenVideos;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.LeafTransaction;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.ManifestDraft;
import org.c2fpl.workspace.Table;

/**
 * Feature files → {@code segments}, {@code videos} and {@code rejected} of one split and batch.
 *
 * <p>Headers, ids, lengths and shapes are checked first; then the values are read and written in
 * one pass. If that finds videos whose values are no numbers, the pass is repeated without them
 * where bad videos are skipped, and dropped where they are not.
 *
 * <p>Memory: on the driver one small record a video; in a task a block of some megabytes and a row
 * group of 16 MiB.
 */
public final class IngestStage {
  private static final int ALGORITHM = 1;
  private static final String FILES = "files";

  /** Row groups stay small so that no reader needs more than this at once for a column. */
  static final int ROW_GROUP_BYTES = 16 << 20;

  private static final int NAMED = 10;

  private final StageContext context;
  private final IngestOptions options;
  private final Leaf segments;
  private final SortedMap<String, InspectedVideo> videos = new TreeMap<>();
  private final List<BadVideo> bad = new ArrayList<>();
  private final Footage footage;
  private final Map<String, VideoDetails> details;
  private final String csvFingerprint;
  private final LeafTransaction looked;
  private Duration examination = Duration.ZERO;
  private Inspection inspection;
  private List<String> noLongerForgotten = List.of();

  private IngestStage(StageContext context, IngestOptions options) {
    this.context = context;
    this.options = options;
    this.segments = Leaf.of(Table.SEGMENTS, options.split(), options.batch());
    this.footage = Footage.of(context.spark(), options);
    InputFiles files = new InputFiles(context.spark().sessionState().newHadoopConf());
    byte[] csv =
        options.videosCsv() == null ? null : files.smallFile("--videos", options.videosCsv());
    this.csvFingerprint = csv == null ? null : Fingerprints.sha256(csv);
    this.details = csv == null ? Map.of() : parse(csv);
    this.looked = begin();
  }

  private LeafTransaction begin() {
    return context
        .workspace()
        .begin(
            draft(),
            context.writeMode(),
            List.of(segments, segments.in(Table.VIDEOS), segments.in(Table.REJECTED)));
  }

  /**
   * Ingests one batch.
   *
   * @throws DataException naming the first bad videos and how many more there are, or that nothing
   *     is left to ingest; the workspace is unchanged then
   */
  public static Manifest run(StageContext context, IngestOptions options) {
    return examined(context, options).ingest();
  }

  /**
   * Does what needs no values, and changes nothing: finds the files, reads their headers (unless
   * the batch is up to date) and the file about the videos. {@link #ingest} does not do it again.
   *
   * @throws DataException as {@link #run}
   */
  public static IngestStage examined(StageContext context, IngestOptions options) {
    IngestStage stage = new IngestStage(context, options);
    if (!stage.looked.upToDate()) {
      stage.examine();
    }
    return stage;
  }

  private void examine() {
    Instant start = Instant.now();
    inspection = footage.inspect();
    checkAxes(inspection.videos());
    inspection.videos().forEach(video -> videos.put(video.videoId(), video));
    bad.addAll(inspection.bad());
    Set<String> known = new TreeSet<>(videos.keySet());
    bad.forEach(video -> known.add(String.valueOf(video.videoId())));
    leaveOutForgotten();
    leaveOut(videos, bad, alreadyIngested(videos));
    leaveOut(videos, bad, differentShapes(videos));
    settle(videos, bad);
    requireKnown(details, known);
    examination = Duration.between(start, Instant.now());
  }

  /** The shape of the batch, as it is or will be. */
  public Shape shape() {
    return looked.upToDate()
        ? Splits.shape(context.workspace().manifest(segments).orElseThrow())
        : shape(videos);
  }

  /** The videos that {@link #ingest} will write; empty where the batch is up to date. */
  public Optional<List<IngestedVideo>> toIngest() {
    return looked.upToDate()
        ? Optional.empty()
        : Optional.of(
            videos.values().stream()
                .map(
                    video ->
                        new IngestedVideo(
                            video.videoId(),
                            options.split(),
                            (int) Math.min(Integer.MAX_VALUE, video.segments())))
                .toList());
  }

  /** The leaf that {@link #ingest} writes. */
  public Leaf segments() {
    return segments;
  }

  /** Reads and writes what was examined. */
  public Manifest ingest() {
    if (looked.upToDate()) {
      context.console().skipped("ingest", segments + " is up to date");
      return looked.manifests().get(0);
    }
    Instant start = Instant.now().minus(examination);
    // The manifest says when this began, not when its inputs were examined.
    try (LeafTransaction transaction = begin()) {
      if (!noLongerForgotten.isEmpty()) {
        write(
            transaction.stagingBeside(ForgottenVideos.FILE),
            ForgottenVideos.of(context.workspace()).without(noLongerForgotten).toJson());
      }
      writeSegments(transaction, footage, inspection, videos, bad);
      writeVideos(transaction, videos, details);
      writeRejected(transaction, bad);
      Shape shape = shape(videos);
      fillIn(transaction.details(segments), inspection, videos, bad, shape);
      transaction.commit();
      tell(inspection, videos, bad, shape, Duration.between(start, Instant.now()));
      return transaction.manifests().get(0);
    }
  }

  private ManifestDraft draft() {
    ManifestDraft draft =
        ManifestDraft.of("ingest", ALGORITHM, context.seed())
            .parameter("format", options.format().toString())
            .parameter("frames_per_segment", options.framesPerSegment())
            .parameter("on_bad_video", options.skipBadVideos() ? "skip" : "fail")
            .input(FILES, InputFiles.fingerprint(footage.files()))
            .inputOfFormat1(FILES, InputFiles.fingerprintByPath(footage.files()));
    if (csvFingerprint != null) {
      draft.input("videos", csvFingerprint);
    }
    if (!options.takeForgotten()) {
      // The same files without what was taken out of the batch since: that stays out.
      context
          .workspace()
          .manifest(segments)
          .map(present -> present.parameters().get(Manifest.FORGOTTEN))
          .ifPresent(hashes -> draft.parameter(Manifest.FORGOTTEN, hashes));
    }
    if (options.format() == FeatureFormat.NPY) {
      draft.parameter("axes", options.axisOrder().toString());
    }
    if (options.format() == FeatureFormat.PARQUET) {
      draft.parameter("features_column", options.featuresColumn());
      draft.parameter("crops", options.crops());
      draft.parameter("dim", options.dim());
    }
    return draft;
  }

  /**
   * Videos that the workspace was made to forget stay out, and out of {@code rejected}, too; or
   * they are forgotten no more.
   *
   * @throws DataException which names none of them, because it is recorded in the workspace
   */
  private void leaveOutForgotten() {
    ForgottenVideos forgotten = ForgottenVideos.of(context.workspace());
    List<String> again = videos.keySet().stream().filter(forgotten::contains).toList();
    if (options.takeForgotten()) {
      noLongerForgotten = again;
      return;
    }
    bad.removeIf(video -> video.videoId() != null && forgotten.contains(video.videoId()));
    if (again.isEmpty()) {
      return;
    }
    again.stream()
        .limit(NAMED)
        .forEach(
            id ->
                context
                    .console()
                    .warning(
                        "video '"
                            + VideoIds.printable(id)
                            + "' was forgotten and is not ingested"));
    again.forEach(videos::remove);
    if (!options.skipBadVideos() || videos.isEmpty()) {
      throw new DataException(
          "Cannot ingest "
              + Console.count(again.size(), "video")
              + ": this workspace was made to forget "
              + (again.size() == 1 ? "it" : "them")
              + " ("
              + ForgottenVideos.FILE
              + "). Take the files out, or use --forgotten allow"
              + (videos.isEmpty() ? "." : ", or leave them out with --on-bad-video skip."));
    }
  }

  private void write(Path file, byte[] content) {
    try (OutputStream out = context.workspace().fileSystem().create(file, true)) {
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Videos of another batch of the split; the join runs over ids only. */
  private List<BadVideo> alreadyIngested(Map<String, InspectedVideo> videos) {
    List<Leaf> others = otherBatches().stream().map(leaf -> leaf.in(Table.VIDEOS)).toList();
    if (others.isEmpty() || videos.isEmpty()) {
      return List.of();
    }
    Dataset<Row> ids =
        context
            .spark()
            .createDataset(List.copyOf(videos.keySet()), Encoders.STRING())
            .toDF("video_id");
    List<BadVideo> bad = new ArrayList<>();
    for (Row row :
        context
            .workspace()
            .read(context.spark(), others)
            .select(
                col("video_id"),
                regexp_extract(input_file_name(), "/batch=([^/]+)/[^/]+$", 1).as("batch"))
            .join(ids, "video_id")
            .collectAsList()) {
      InspectedVideo video = videos.get(row.getString(0));
      bad.add(
          bad(
              video,
              "video '" + video.videoId() + "' is already in " + segmentsOf(row.getString(1)),
              "Leave it out, or replace that batch with --batch "
                  + row.getString(1)
                  + " --write-mode overwrite"));
    }
    return bad;
  }

  private Leaf segmentsOf(String batch) {
    return Leaf.of(Table.SEGMENTS, options.split(), batch);
  }

  private List<Leaf> otherBatches() {
    return context.workspace().leaves(Table.SEGMENTS, options.split()).stream()
        .filter(leaf -> !leaf.equals(segments))
        .toList();
  }

  /**
   * Videos unlike the others: those of the split's other batches where there are any, else the
   * shape that most videos have, of equally many the one of the first video.
   */
  private List<BadVideo> differentShapes(SortedMap<String, InspectedVideo> videos) {
    List<Leaf> others = otherBatches();
    Shape expected;
    String whose;
    if (others.isEmpty()) {
      InspectedVideo reference = commonest(videos.values());
      if (reference == null) {
        return List.of();
      }
      expected = shape(reference);
      whose = reference.name();
    } else {
      expected = Splits.sameShape(context.workspace(), others);
      whose = others.get(0).toString();
      if (expected.framesPerSegment() != options.framesPerSegment()) {
        throw new DataException(
            "Cannot ingest with --frames-per-segment "
                + options.framesPerSegment()
                + ": "
                + whose
                + " has "
                + expected.framesPerSegment()
                + ". Use the same for all batches.");
      }
    }
    List<BadVideo> bad = new ArrayList<>();
    for (InspectedVideo video : videos.values()) {
      if (!shape(video).equals(expected)) {
        bad.add(
            bad(
                video,
                "its segments are "
                    + shape(video)
                    + " values, those of "
                    + whose
                    + " are "
                    + expected
                    + (options.format() == FeatureFormat.NPY && video.crops() > 1
                        ? " (the file's axes are read as " + options.axisOrder() + ")"
                        : ""),
                "Extract all videos with the same model and crops"
                    + (options.format() == FeatureFormat.NPY ? ", and check --axes" : "")));
      }
    }
    return bad;
  }

  /**
   * Refuses, or warns of, arrays whose axes are probably in another order than they are read in.
   * What the user says with {@code --axes} is right, and so is what has the shape of footage that
   * is there already.
   */
  private void checkAxes(List<InspectedVideo> videos) {
    if (options.axes() != null
        || options.format() == FeatureFormat.PARQUET
        || videos.isEmpty()
        || hasShapeOfOthers(videos)) {
      return;
    }
    InspectedVideo example = commonest(videos);
    boolean perCrop = options.format() == FeatureFormat.NPY_PER_CROP;
    Optional<AxesDoubt> doubt =
        options.format() == FeatureFormat.CONCAT
            ? AxesDoubt.ofSegment(example.crops(), example.dim())
            : AxesDoubt.of(
                videos.stream()
                    .map(
                        video ->
                            new AxesDoubt.Video(
                                video.segments(), perCrop ? 1 : video.crops(), video.dim()))
                    .toList());
    if (doubt.isEmpty()) {
      return;
    }
    String order = options.axisOrder().toString();
    String found =
        "read as "
            + order
            + ", the arrays have "
            + doubt.get().found()
            + "; "
            + example.name()
            + " would be "
            + Console.count(example.segments(), "segment")
            + " of "
            + shape(example);
    String confirm = "If that is right, say so with --axes " + order;
    if (!doubt.get().certain()) {
      context
          .console()
          .warning("the axes may be in another order: " + found + ". " + confirm + ".");
      return;
    }
    throw new DataException(
        "Cannot ingest "
            + Console.count(videos.size(), "video")
            + ": the axes are probably in another order: "
            + found
            + ". "
            + confirm
            + (options.format() == FeatureFormat.NPY && example.crops() > 1
                ? "; if the crops come first, use --axes " + Axes.CROPS_SEGMENTS_DIM
                : "")
            + "; otherwise save the arrays with their axes in this order (numpy.transpose).");
  }

  private boolean hasShapeOfOthers(List<InspectedVideo> videos) {
    Shape commonest = shape(commonest(videos));
    return context.workspace().leaves(Table.SEGMENTS).stream()
        .filter(leaf -> !leaf.equals(segments))
        .map(leaf -> Splits.shape(context.workspace().require(leaf, "Ingest it again.")))
        .anyMatch(commonest::equals);
  }

  private InspectedVideo commonest(Collection<InspectedVideo> videos) {
    Map<Shape, Long> counts =
        videos.stream().collect(Collectors.groupingBy(this::shape, Collectors.counting()));
    InspectedVideo commonest = null;
    for (InspectedVideo video : videos) {
      if (commonest == null || counts.get(shape(video)) > counts.get(shape(commonest))) {
        commonest = video;
      }
    }
    return commonest;
  }

  private Shape shape(InspectedVideo video) {
    return new Shape(video.crops(), video.dim(), options.framesPerSegment());
  }

  private Shape shape(SortedMap<String, InspectedVideo> videos) {
    return shape(videos.get(videos.firstKey()));
  }

  private static BadVideo bad(InspectedVideo video, String found, String whatToDo) {
    return new BadVideo(
        video.videoId(),
        video.file(),
        "Cannot use " + video.name() + ": " + found + ". " + whatToDo + ".");
  }

  private static void leaveOut(
      SortedMap<String, InspectedVideo> videos, List<BadVideo> bad, Collection<BadVideo> more) {
    bad.addAll(more);
    more.forEach(video -> videos.remove(video.videoId()));
  }

  /** Fails because of bad videos, unless they are skipped and others are left. */
  private void settle(SortedMap<String, InspectedVideo> videos, List<BadVideo> bad) {
    bad.sort(BadVideo.ORDER);
    boolean nothingLeft = videos.isEmpty();
    if (bad.isEmpty() || (options.skipBadVideos() && !nothingLeft)) {
      return;
    }
    String advice =
        nothingLeft
            ? ""
            : " Or leave bad videos out with --on-bad-video skip: "
                + Console.count(videos.size(), "video")
                + " can be used.";
    if (bad.size() == 1) {
      throw new DataException(bad.get(0).reason() + advice);
    }
    StringBuilder message = new StringBuilder();
    message.append("Cannot ingest ").append(bad.size()).append(" videos:");
    bad.stream().limit(NAMED).forEach(video -> message.append("\n  ").append(video.reason()));
    if (bad.size() > NAMED) {
      message.append("\n  and ").append(bad.size() - NAMED).append(" more.");
    }
    message.append(
        nothingLeft ? "\nNo video is left. Correct the files." : "\nCorrect the files." + advice);
    throw new DataException(message.toString());
  }

  private Map<String, VideoDetails> parse(byte[] csv) {
    try {
      return VideosCsv.read(new ByteArrayInputStream(csv), options.videosCsv());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Refuses details of videos that are nowhere, which are misspelt ids more often than not. Where
   * every video has its row the file may tell of others, too: one file serves several splits.
   */
  private void requireKnown(Map<String, VideoDetails> details, Set<String> known) {
    List<String> unknown = details.keySet().stream().filter(id -> !known.contains(id)).toList();
    List<String> untold = known.stream().filter(id -> !details.containsKey(id)).toList();
    if (!unknown.isEmpty() && !untold.isEmpty()) {
      throw new DataException(
          "Cannot use "
              + options.videosCsv()
              + ": "
              + Console.count(unknown.size(), "video")
              + " of it "
              + (unknown.size() == 1 ? "is" : "are")
              + " not among the ingested ones: "
              + named(unknown)
              + "; and "
              + Console.count(untold.size(), "ingested video")
              + (untold.size() == 1 ? " has" : " have")
              + " no row: "
              + named(untold)
              + ". Correct the video_id of these rows, take them out, or give every ingested video"
              + " a row.");
    }
  }

  private static String named(List<String> ids) {
    return ids.stream().limit(NAMED).map(VideoIds::printable).collect(Collectors.joining(", "))
        + (ids.size() > NAMED ? ", ..." : "");
  }

  /** Writes the good videos' segments; anew without those that turn out bad. */
  private void writeSegments(
      LeafTransaction transaction,
      Footage footage,
      Inspection inspection,
      SortedMap<String, InspectedVideo> videos,
      List<BadVideo> bad) {
    Path staged = transaction.staging(segments);
    while (true) {
      CollectionAccumulator<BadVideo> found =
          context.spark().sparkContext().collectionAccumulator("bad videos");
      long rows = segmentsOf(videos);
      try (Progress progress = context.console().progress("ingest", rows, "segments")) {
        progress.rows(
            context.spark(),
            () -> {
              write(footage.segments(inspection, videos.keySet(), found), staged);
              return rows;
            });
      }
      if (found.value().isEmpty()) {
        break;
      }
      // A video in several slices, or a task run twice, tells more than once.
      Map<String, BadVideo> byId = new HashMap<>();
      found.value().stream()
          .sorted(Comparator.comparing(BadVideo::reason).reversed())
          .forEach(video -> byId.put(video.videoId(), video));
      leaveOut(videos, bad, byId.values());
      settle(videos, bad);
      delete(staged);
    }
    transaction.rows(segments, segmentsOf(videos));
  }

  private static long segmentsOf(SortedMap<String, InspectedVideo> videos) {
    return videos.values().stream().mapToLong(InspectedVideo::segments).sum();
  }

  /**
   * Writes {@code segments} in the layout that every reader of them relies on.
   *
   * @param rows {@code video_id, segment_index, features}
   * @param folder that is not there yet
   */
  public static void write(Dataset<Row> rows, Path folder) {
    rows.write()
        .option("compression", "none")
        .option("parquet.block.size", String.valueOf(ROW_GROUP_BYTES))
        .option("parquet.enable.dictionary", "false")
        // Rows of 80 KB: the writer would look at its size every 100 rows, 8 MB apart.
        .option("parquet.page.size.row.check.min", "1")
        .parquet(folder.toString());
  }

  private void delete(Path folder) {
    try {
      context.workspace().fileSystem().delete(folder, true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void writeVideos(
      LeafTransaction transaction,
      SortedMap<String, InspectedVideo> videos,
      Map<String, VideoDetails> details) {
    List<Row> rows = new ArrayList<>();
    for (InspectedVideo video : videos.values()) {
      VideoDetails told =
          details.getOrDefault(
              video.videoId(), new VideoDetails(video.videoId(), null, null, null, null));
      rows.add(
          RowFactory.create(
              video.videoId(),
              Secrets.masked(told.source() == null ? video.file() : told.source()),
              told.fps(),
              told.recordedAt() == null ? null : Timestamp.from(told.recordedAt()),
              told.camera()));
    }
    write(transaction, segments.in(Table.VIDEOS), rows);
  }

  private void writeRejected(LeafTransaction transaction, List<BadVideo> bad) {
    List<Row> rows = new ArrayList<>();
    for (BadVideo video : bad) {
      rows.add(
          RowFactory.create(
              video.videoId(), Secrets.masked(video.file()), Secrets.masked(video.reason())));
    }
    write(transaction, segments.in(Table.REJECTED), rows);
  }

  private void write(LeafTransaction transaction, Leaf leaf, List<Row> rows) {
    context
        .spark()
        .createDataFrame(rows, leaf.table().schema())
        .coalesce(1)
        .write()
        .parquet(transaction.staging(leaf).toString());
    transaction.rows(leaf, rows.size());
  }

  private void fillIn(
      ObjectNode details,
      Inspection inspection,
      SortedMap<String, InspectedVideo> videos,
      List<BadVideo> bad,
      Shape shape) {
    details.put("crops", shape.crops());
    details.put("dim", shape.dim());
    details.put("frames_per_segment", shape.framesPerSegment());
    details.put("format", options.format().toString());
    details.put(
        "dtype",
        videos.values().stream()
            .map(InspectedVideo::dtype)
            .distinct()
            .sorted()
            .collect(Collectors.joining(", ")));
    details.put("videos", videos.size());
    details.put("rejected", bad.size());
    details.put("left_out", inspection.leftOut());
  }

  private void tell(
      Inspection inspection,
      SortedMap<String, InspectedVideo> videos,
      List<BadVideo> bad,
      Shape shape,
      Duration took) {
    inspection.warnings().forEach(context.console()::warning);
    if (!bad.isEmpty()) {
      context
          .console()
          .warning(
              Console.count(bad.size(), "bad video")
                  + " left out; the reasons stand in "
                  + segments.in(Table.REJECTED));
    }
    warnOfOtherSplits(shape);
    long rows = segmentsOf(videos);
    context.listener().add(Figure.VIDEOS, videos.size());
    context.listener().add(Figure.SEGMENTS, rows);
    context.listener().add(Figure.REJECTED, bad.size());
    context
        .console()
        .stage(
            "ingest",
            took,
            Console.count(videos.size(), "video")
                + " → "
                + segments
                + ": "
                + Console.count(rows, "segment")
                + " of "
                + shape);
  }

  /** Other splits may be about to be ingested anew, so a difference is no error yet. */
  private void warnOfOtherSplits(Shape shape) {
    for (Leaf leaf : context.workspace().leaves(Table.SEGMENTS)) {
      Shape other = Splits.shape(context.workspace().require(leaf, "Ingest it again."));
      if (!other.equals(shape)) {
        context
            .console()
            .warning(
                leaf
                    + " has "
                    + other
                    + ", not "
                    + shape
                    + ": a detector needs one shape for training and scoring");
        return;
      }
    }
  }
}
