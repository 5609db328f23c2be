package org.c2fpl.ingest;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.input_file_name;
import static org.apache.spark.sql.functions.regexp_extract;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.c2fpl.errors.DataException;
import org.c2fpl.formats.features.Axes;
import org.c2fpl.formats.features.AxesDoubt;
import org.c2fpl.formats.features.VideoDetails;
import org.c2fpl.formats.features.VideoIds;
import org.c2fpl.ingest.Footage.Inspection;
import org.c2fpl.segments.Splits;
import org.c2fpl.segments.Splits.Shape;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.Words;
import org.c2fpl.workspace.ForgottenVideos;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;

/**
 * A batch as read from the headers of its files: the videos that can be ingested, and the bad ones.
 *
 * <p>Memory: one small record per video on the driver.
 */
final class InspectedBatch {
  private static final int NAMED = 10;

  private final StageContext context;
  private final IngestOptions options;
  private final Leaf segments;
  private final SortedMap<String, InspectedVideo> videos = new TreeMap<>();
  private final List<BadVideo> bad = new ArrayList<>();
  private final Inspection inspection;
  private List<String> noLongerForgotten = List.of();

  /**
   * Reads the headers.
   *
   * @param segments the leaf of the batch
   * @param details of videos, by their ids
   * @throws DataException naming the first bad videos and how many more there are, or if nothing is
   *     left to ingest
   */
  InspectedBatch(
      StageContext context,
      IngestOptions options,
      Leaf segments,
      Footage footage,
      Map<String, VideoDetails> details) {
    this.context = context;
    this.options = options;
    this.segments = segments;
    this.inspection = footage.inspect();
    checkAxes(footage, inspection.videos());
    inspection.videos().forEach(video -> videos.put(video.videoId(), video));
    bad.addAll(inspection.bad());
    Set<String> known = new TreeSet<>(videos.keySet());
    bad.forEach(video -> known.add(String.valueOf(video.videoId())));
    leaveOutForgotten();
    leaveOut(alreadyIngested());
    leaveOut(differentShapes());
    settle();
    requireKnown(details, known);
  }

  /** The videos that can be ingested, by their ids. */
  SortedMap<String, InspectedVideo> videos() {
    return videos;
  }

  /** The bad videos, which are left out, in order. */
  List<BadVideo> bad() {
    return bad;
  }

  Inspection inspection() {
    return inspection;
  }

  /** The ids of forgotten videos that are ingested again. */
  List<String> noLongerForgotten() {
    return noLongerForgotten;
  }

  Shape shape() {
    return shape(videos.get(videos.firstKey()));
  }

  /** The segments of the videos that can be ingested. */
  long rows() {
    return videos.values().stream().mapToLong(InspectedVideo::segments).sum();
  }

  /**
   * Leaves out videos whose values turned out to be bad.
   *
   * @throws DataException like {@link #InspectedBatch}
   */
  void drop(Collection<BadVideo> more) {
    leaveOut(more);
    settle();
  }

  private void leaveOut(Collection<BadVideo> more) {
    bad.addAll(more);
    more.forEach(video -> videos.remove(video.videoId()));
  }

  /**
   * Leaves out forgotten videos, also from {@code rejected}; or marks them as no longer forgotten.
   *
   * @throws DataException without their names, because the message is recorded in the workspace
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
                    .events()
                    .warned(
                        "video '"
                            + VideoIds.printable(id)
                            + "' was forgotten and is not ingested"));
    again.forEach(videos::remove);
    if (!options.skipBadVideos() || videos.isEmpty()) {
      throw new DataException(
          "Cannot ingest "
              + Words.count(again.size(), "video")
              + ": this workspace was made to forget "
              + (again.size() == 1 ? "it" : "them")
              + " ("
              + ForgottenVideos.FILE
              + "). Take the files out, or use --forgotten allow"
              + (videos.isEmpty() ? "." : ", or leave them out with --on-bad-video skip."));
    }
  }

  /** Leaves out videos that another batch of the split has; the join runs over ids only. */
  private List<BadVideo> alreadyIngested() {
    List<Leaf> others = otherBatches().stream().map(leaf -> leaf.in(Table.VIDEOS)).toList();
    if (others.isEmpty() || videos.isEmpty()) {
      return List.of();
    }
    Dataset<Row> ids =
        context
            .spark()
            .createDataset(List.copyOf(videos.keySet()), Encoders.STRING())
            .toDF("video_id");
    List<BadVideo> found = new ArrayList<>();
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
      found.add(
          bad(
              video,
              "video '" + video.videoId() + "' is already in " + segmentsOf(row.getString(1)),
              "Leave it out, or replace that batch with --batch "
                  + row.getString(1)
                  + " --write-mode overwrite"));
    }
    return found;
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
   * Leaves out videos with another shape than the split's other batches or, without such batches,
   * than most videos; in a tie the first video decides.
   */
  private List<BadVideo> differentShapes() {
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
    List<BadVideo> found = new ArrayList<>();
    for (InspectedVideo video : videos.values()) {
      if (!shape(video).equals(expected)) {
        found.add(
            bad(
                video,
                "its segments are "
                    + shape(video)
                    + " values, those of "
                    + whose
                    + " are "
                    + expected
                    + (takesAxes() && video.crops() > 1
                        ? " (the file's axes are read as " + options.axisOrder() + ")"
                        : ""),
                "Extract all videos with the same model and crops"
                    + (takesAxes() ? ", and check --axes" : "")));
      }
    }
    return found;
  }

  /**
   * Refuses, or warns of, arrays whose axes are probably in another order than they are read in.
   * Accepts what the user sets with {@code --axes}, and arrays with the shape of the ingested
   * footage.
   */
  private void checkAxes(Footage footage, List<InspectedVideo> videos) {
    if (options.axes() != null || videos.isEmpty() || hasShapeOfOthers(videos)) {
      return;
    }
    InspectedVideo example = commonest(videos);
    Optional<AxesDoubt> doubt = footage.doubt(videos, example);
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
            + Words.count(example.segments(), "segment")
            + " of "
            + shape(example);
    String confirm = "If that is right, confirm it with --axes " + order;
    if (!doubt.get().certain()) {
      context.events().warned("the axes may be in another order: " + found + ". " + confirm + ".");
      return;
    }
    throw new DataException(
        "Cannot ingest "
            + Words.count(videos.size(), "video")
            + ": the axes are probably in another order: "
            + found
            + ". "
            + confirm
            + (takesAxes() && example.crops() > 1
                ? "; if the crops come first, use --axes " + Axes.CROPS_SEGMENTS_DIM
                : "")
            + "; otherwise save the arrays with their axes in this order (numpy.transpose).");
  }

  private boolean takesAxes() {
    return options.format().takes("--axes");
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

  private static BadVideo bad(InspectedVideo video, String found, String whatToDo) {
    return new BadVideo(
        video.videoId(),
        video.file(),
        "Cannot use " + video.name() + ": " + found + ". " + whatToDo + ".");
  }

  /** Fails if there are bad videos, unless they are skipped and others are left. */
  private void settle() {
    bad.sort(BadVideo.ORDER);
    boolean nothingLeft = videos.isEmpty();
    if (bad.isEmpty() || (options.skipBadVideos() && !nothingLeft)) {
      return;
    }
    String advice =
        nothingLeft
            ? ""
            : " Or leave bad videos out with --on-bad-video skip: "
                + Words.count(videos.size(), "video")
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

  /**
   * Refuses details of unknown videos, whose ids are probably misspelt. If every video has its row,
   * the file may list others, too, because one file serves several splits.
   */
  private void requireKnown(Map<String, VideoDetails> details, Set<String> known) {
    List<String> unknown = details.keySet().stream().filter(id -> !known.contains(id)).toList();
    List<String> untold = known.stream().filter(id -> !details.containsKey(id)).toList();
    if (!unknown.isEmpty() && !untold.isEmpty()) {
      throw new DataException(
          "Cannot use "
              + options.videosCsv()
              + ": "
              + Words.count(unknown.size(), "video")
              + " of it "
              + (unknown.size() == 1 ? "is" : "are")
              + " not among the ingested ones: "
              + named(unknown)
              + "; and "
              + Words.count(untold.size(), "ingested video")
              + (untold.size() == 1 ? " has" : " have")
              + " no row: "
              + named(untold)
              + ". Correct the video_id of these rows, remove them, or give every ingested video"
              + " a row.");
    }
  }

  private static String named(List<String> ids) {
    return ids.stream().limit(NAMED).map(VideoIds::printable).collect(Collectors.joining(", "))
        + (ids.size() > NAMED ? ", ..." : "");
  }
}
