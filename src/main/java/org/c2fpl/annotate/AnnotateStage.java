package org.c2fpl.annotate;

import java.util.List;
import java.util.Set;
import org.c2fpl.errors.UsageException;
import org.c2fpl.formats.annotations.AnnotationFormat;
import org.c2fpl.formats.annotations.IngestedVideo;
import org.c2fpl.stage.Stage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.Unit;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.Table;

/**
 * Ground truth → {@code annotations}, checked against the ingested {@code segments}.
 *
 * <p>The driver holds the annotation file and the ingested videos that it names; videos that it
 * does not list stay distributed.
 */
public final class AnnotateStage extends Stage<AnnotateStage.Options, AnnotateStage.Result> {

  /** What to do with annotations of videos that were not ingested. */
  public enum UnknownVideos {
    FAIL,
    IGNORE;

    @Override
    public String toString() {
      return this == FAIL ? "fail" : "ignore";
    }
  }

  /** The label of an ingested video that XD-Violence's file does not list. */
  public enum Unlisted {
    NORMAL,
    ERROR;

    @Override
    public String toString() {
      return this == NORMAL ? "normal" : "error";
    }
  }

  /**
   * @param input the annotation file or array, on any Hadoop file system
   * @param order the order of the videos; for {@link AnnotationFormat#NPY} only, else null
   * @param split the split of annotations that name no split, {@code test} by default
   * @param unlisted for {@link AnnotationFormat#XD_VIOLENCE} only, else null; null there means
   *     normal
   */
  public record Options(
      AnnotationFormat format,
      String input,
      String order,
      String split,
      UnknownVideos unknownVideos,
      Unlisted unlisted) {
    public Options {
      Leaf.checkName("--split", split);
      if (format.isArray() && order == null) {
        throw new UsageException(
            "Cannot annotate with --format "
                + format
                + ": --order is missing. Give a text file with one"
                + " video_id[,frames] per line, in the order of the array.");
      }
      if (!format.isArray() && order != null) {
        throw new UsageException(
            "Cannot use --order with --format "
                + format
                + ": it is only for arrays. Leave it out.");
      }
      if (!format.listsAnomalousVideosOnly() && unlisted != null) {
        throw new UsageException(
            "Cannot use --unlisted with --format "
                + format
                + ": it is for files that list only anomalous videos. Leave it out.");
      }
    }
  }

  /**
   * @param videos number of annotated videos
   * @param anomalous number of videos with an anomaly
   * @param normal number of videos without an anomaly
   */
  public record Result(long videos, long anomalous, long normal) {}

  public AnnotateStage() {
    super("annotate", 1, Set.of(Table.SEGMENTS), Set.of(Table.ANNOTATIONS));
  }

  @Override
  public List<Unit> units(StageContext context, Options options) {
    return List.of(new Annotating(context, options).unit());
  }

  @Override
  protected Result result(List<Manifest> manifests) {
    Manifest annotations = manifests.get(0);
    return new Result(
        annotations.rows(),
        annotations.details().path("anomalous").asLong(),
        annotations.details().path("normal").asLong());
  }

  /**
   * Refuses bad annotations before the footage is ingested.
   *
   * @param videos the videos to be ingested; null if unknown, so that only the file itself is read
   */
  public static void check(
      StageContext context, Options options, List<IngestedVideo> videos, int framesPerSegment) {
    new Annotating(context, options).check(videos, framesPerSegment);
  }
}
