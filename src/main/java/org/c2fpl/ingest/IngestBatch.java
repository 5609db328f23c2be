package org.c2fpl.ingest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.CollectionAccumulator;
import org.c2fpl.errors.Secrets;
import org.c2fpl.formats.annotations.IngestedVideo;
import org.c2fpl.formats.features.VideoDetails;
import org.c2fpl.formats.features.VideosCsv;
import org.c2fpl.segments.Splits;
import org.c2fpl.segments.Splits.Shape;
import org.c2fpl.stage.Progress;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageEvents.Figure;
import org.c2fpl.stage.StageOutputs;
import org.c2fpl.stage.StageRunner;
import org.c2fpl.stage.Unit;
import org.c2fpl.stage.Words;
import org.c2fpl.workspace.Fingerprints;
import org.c2fpl.workspace.ForgottenVideos;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.Table;

/**
 * Ingests one batch of feature files into a leaf.
 *
 * <p>First it checks headers, ids, lengths and shapes. Then it reads and writes the values in one
 * pass. If this pass finds values that are not numbers, it is repeated without these videos if bad
 * videos are skipped, and otherwise discarded.
 */
public final class IngestBatch {
  private static final String FILES = "files";

  private final StageContext context;
  private final IngestOptions options;
  private final Leaf segments;
  private final Footage footage;
  private final Map<String, VideoDetails> details;
  private final String csvFingerprint;
  private final Unit unit;
  private final boolean isThere;
  private InspectedBatch examined;
  private Duration examination = Duration.ZERO;

  /**
   * Finds the feature files, and reads the file about the videos.
   *
   * @throws org.c2fpl.errors.DataException if there are no feature files
   */
  public IngestBatch(StageContext context, IngestOptions options) {
    this.context = context;
    this.options = options;
    this.segments = Leaf.of(Table.SEGMENTS, options.split(), options.batch());
    this.footage = options.format().footage(context.spark(), options);
    InputFiles files = new InputFiles(context.spark().sessionState().newHadoopConf());
    byte[] csv =
        options.videosCsv() == null ? null : files.smallFile("--videos", options.videosCsv());
    this.csvFingerprint = csv == null ? null : Fingerprints.sha256(csv);
    this.details = csv == null ? Map.of() : parse(csv);
    this.unit = describe();
    this.isThere = StageRunner.isThere(context, new IngestStage(), this);
  }

  /**
   * Reads the headers of the files unless the batch is up to date. Reads no values and changes
   * nothing; a later ingest does not repeat it.
   *
   * @throws org.c2fpl.errors.DataException naming the first bad videos and how many more there are,
   *     or if nothing is left to ingest
   */
  public void examine() {
    if (!isThere && examined == null) {
      Instant start = Instant.now();
      read();
      examination = Duration.between(start, Instant.now());
    }
  }

  private InspectedBatch read() {
    if (examined == null) {
      examined = new InspectedBatch(context, options, segments, footage, details);
    }
    return examined;
  }

  /** The shape of the batch, stored or to be stored. */
  public Shape shape() {
    return isThere
        ? Splits.shape(context.workspace().manifest(segments).orElseThrow())
        : read().shape();
  }

  /** The videos to be written; empty if the batch is up to date. */
  public Optional<List<IngestedVideo>> toIngest() {
    return isThere
        ? Optional.empty()
        : Optional.of(
            read().videos().values().stream()
                .map(
                    video ->
                        new IngestedVideo(
                            video.videoId(),
                            options.split(),
                            (int) Math.min(Integer.MAX_VALUE, video.segments())))
                .toList());
  }

  /** The leaf to be written. */
  public Leaf segments() {
    return segments;
  }

  Unit unit() {
    return unit;
  }

  private Unit describe() {
    Unit unit =
        Unit.writing(segments, segments.in(Table.VIDEOS), segments.in(Table.REJECTED))
            .parameter("format", options.format().toString())
            .parameter("frames_per_segment", options.framesPerSegment())
            .parameter("on_bad_video", options.skipBadVideos() ? "skip" : "fail")
            .input(FILES, InputFiles.fingerprint(footage.files()))
            .inputOfFormat1(FILES, InputFiles.fingerprintByPath(footage.files()));
    if (csvFingerprint != null) {
      unit.input("videos", csvFingerprint);
    }
    if (!options.takeForgotten()) {
      // The same files, but videos were removed from the batch since: they stay removed.
      context
          .workspace()
          .manifest(segments)
          .map(present -> present.parameters().get(Manifest.FORGOTTEN))
          .ifPresent(hashes -> unit.parameter(Manifest.FORGOTTEN, hashes));
    }
    return unit.parameters(footage.parameters()).made(this::ingest);
  }

  private String ingest(StageOutputs out) {
    out.tookBefore(examination);
    if (!read().noLongerForgotten().isEmpty()) {
      out.writeFile(
          out.fileBeside(ForgottenVideos.FILE),
          ForgottenVideos.of(context.workspace()).without(examined.noLongerForgotten()).toJson());
    }
    writeSegments(out);
    writeVideos(out);
    writeRejected(out);
    fillIn(out.details(segments));
    return summary(out);
  }

  private Map<String, VideoDetails> parse(byte[] csv) {
    try {
      return VideosCsv.read(new ByteArrayInputStream(csv), options.videosCsv());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the segments of the good videos, and repeats it without videos that turn out bad. */
  private void writeSegments(StageOutputs out) {
    Path staged = out.folder(segments);
    while (true) {
      CollectionAccumulator<BadVideo> found =
          context.spark().sparkContext().collectionAccumulator("bad videos");
      long rows = examined.rows();
      try (Progress progress = context.progress("ingest", rows, "segments")) {
        progress.rows(
            context.spark(),
            () -> {
              IngestStage.write(
                  footage.segments(examined.inspection(), examined.videos().keySet(), found),
                  staged);
              return rows;
            });
      }
      if (found.value().isEmpty()) {
        break;
      }
      // A video may be reported more than once: it has several slices, or a task ran twice.
      Map<String, BadVideo> byId = new HashMap<>();
      found.value().stream()
          .sorted(Comparator.comparing(BadVideo::reason).reversed())
          .forEach(video -> byId.put(video.videoId(), video));
      examined.drop(byId.values());
      delete(staged);
    }
    out.rows(segments, examined.rows());
  }

  private void delete(Path folder) {
    try {
      context.workspace().fileSystem().delete(folder, true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void writeVideos(StageOutputs out) {
    List<Row> rows = new ArrayList<>();
    for (InspectedVideo video : examined.videos().values()) {
      VideoDetails given =
          details.getOrDefault(
              video.videoId(), new VideoDetails(video.videoId(), null, null, null, null));
      rows.add(
          RowFactory.create(
              video.videoId(),
              Secrets.masked(given.source() == null ? video.file() : given.source()),
              given.fps(),
              given.recordedAt() == null ? null : Timestamp.from(given.recordedAt()),
              given.camera()));
    }
    out.writeRows(rows, segments.in(Table.VIDEOS));
  }

  private void writeRejected(StageOutputs out) {
    List<Row> rows = new ArrayList<>();
    for (BadVideo video : examined.bad()) {
      rows.add(
          RowFactory.create(
              video.videoId(), Secrets.masked(video.file()), Secrets.masked(video.reason())));
    }
    out.writeRows(rows, segments.in(Table.REJECTED));
  }

  private void fillIn(ObjectNode details) {
    Shape shape = examined.shape();
    details.put("crops", shape.crops());
    details.put("dim", shape.dim());
    details.put("frames_per_segment", shape.framesPerSegment());
    details.put("format", options.format().toString());
    details.put(
        "dtype",
        examined.videos().values().stream()
            .map(InspectedVideo::dtype)
            .distinct()
            .sorted()
            .collect(Collectors.joining(", ")));
    details.put("videos", examined.videos().size());
    details.put("rejected", examined.bad().size());
    details.put("left_out", examined.inspection().leftOut());
  }

  private String summary(StageOutputs out) {
    int videos = examined.videos().size();
    int bad = examined.bad().size();
    long rows = examined.rows();
    Shape shape = examined.shape();
    examined.inspection().warnings().forEach(context.events()::warned);
    if (bad > 0) {
      context
          .events()
          .warned(
              Words.count(bad, "bad video")
                  + " left out; the reasons are in "
                  + segments.in(Table.REJECTED));
    }
    warnOfOtherSplits(shape);
    out.figure(Figure.VIDEOS, videos);
    out.figure(Figure.SEGMENTS, rows);
    out.figure(Figure.REJECTED, bad);
    return Words.count(videos, "video")
        + " → "
        + segments
        + ": "
        + Words.count(rows, "segment")
        + " of "
        + shape;
  }

  /** Other splits may be ingested again next, so a difference is only a warning. */
  private void warnOfOtherSplits(Shape shape) {
    for (Leaf leaf : context.workspace().leaves(Table.SEGMENTS)) {
      Shape other = Splits.shape(context.workspace().require(leaf, "Ingest it again."));
      if (!other.equals(shape)) {
        context
            .events()
            .warned(
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
