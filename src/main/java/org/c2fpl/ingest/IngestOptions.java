package org.c2fpl.ingest;

import java.util.List;
import org.c2fpl.errors.Bounds;
import org.c2fpl.errors.UsageException;
import org.c2fpl.formats.features.Axes;
import org.c2fpl.workspace.Leaf;

/**
 * The input and the options of an ingest.
 *
 * @param inputs files, folders (their {@code *.npy}, not those of sub-folders) or globs on any
 *     Hadoop file system; for {@code parquet} tables
 * @param axes the order that the user confirms; null for (segments, crops, dim), which is checked
 *     against the shape of the arrays
 * @param framesPerSegment video frames in a segment
 * @param skipBadVideos whether bad videos are left out and listed in {@code rejected}; otherwise
 *     one fails the stage
 * @param takeForgotten whether forgotten videos are ingested again; otherwise they are bad videos
 *     that no table names
 * @param videosCsv a CSV file about the videos; null for none
 * @param ranges concat: the (n, 2) array of row ranges; else null
 * @param names concat: a text file with one name per range; null to number the videos
 * @param featuresColumn parquet: the column of the features
 * @param crops parquet: crops in the column; null for 1
 * @param dim parquet: values per crop; null to take what the rows have
 */
public record IngestOptions(
    FeatureFormat format,
    List<String> inputs,
    String split,
    String batch,
    Axes axes,
    int framesPerSegment,
    boolean skipBadVideos,
    boolean takeForgotten,
    String videosCsv,
    String ranges,
    String names,
    String featuresColumn,
    Integer crops,
    Integer dim) {

  public static final String DEFAULT_BATCH = "0";
  public static final int DEFAULT_FRAMES_PER_SEGMENT = 16;
  public static final String DEFAULT_FEATURES_COLUMN = "features";
  private static final String AT_LEAST_1 = "[1, ∞)";

  public IngestOptions {
    inputs = List.copyOf(inputs);
    Leaf.checkName("--split", split);
    Leaf.checkName("--batch", batch);
    boolean ranged = format.takes("--ranges");
    if (inputs.isEmpty()) {
      throw new UsageException("Cannot ingest: no --input is given. Name files or folders.");
    }
    if (ranged && ranges == null) {
      throw new UsageException(
          "Cannot ingest --format "
              + format
              + ": no --ranges are given. Name the npy file with the (n, 2)"
              + " array of row ranges, one range per video.");
    }
    if (ranged && inputs.size() != 1) {
      throw new UsageException(
          "Cannot ingest --format "
              + format
              + ": "
              + inputs.size()
              + " inputs are given. Ingest one array per call, each with its own --batch.");
    }
    refuse(format, ranges != null, "--ranges");
    refuse(format, names != null, "--names");
    refuse(format, crops != null, "--crops");
    refuse(format, dim != null, "--dim");
    refuse(format, !featuresColumn.equals(DEFAULT_FEATURES_COLUMN), "--features-column");
    refuse(format, axes != null && axes != Axes.SEGMENTS_CROPS_DIM, "--axes");
    Bounds.require("--frames-per-segment", framesPerSegment, AT_LEAST_1);
    Bounds.require("--crops", crops == null ? 1 : crops, AT_LEAST_1);
    Bounds.require("--dim", dim == null ? 1 : dim, AT_LEAST_1);
  }

  /** The order of the axes. */
  public Axes axisOrder() {
    return axes == null ? Axes.SEGMENTS_CROPS_DIM : axes;
  }

  /** Options with the defaults of the command line. */
  public static Builder builder(FeatureFormat format, String split, List<String> inputs) {
    return new Builder(format, split, inputs);
  }

  private static void refuse(FeatureFormat format, boolean given, String option) {
    if (given && !format.takes(option)) {
      throw new UsageException(
          "Cannot use "
              + option
              + " with --format "
              + format
              + ": it is for --format "
              + FeatureFormat.thatTake(option)
              + " only. Leave it out.");
    }
  }

  /** Sets the options that differ from the defaults. */
  public static final class Builder {
    private final FeatureFormat format;
    private final String split;
    private final List<String> inputs;
    private String batch = DEFAULT_BATCH;
    private Axes axes;
    private int framesPerSegment = DEFAULT_FRAMES_PER_SEGMENT;
    private boolean skipBadVideos;
    private boolean takeForgotten;
    private String videosCsv;
    private String ranges;
    private String names;
    private String featuresColumn = DEFAULT_FEATURES_COLUMN;
    private Integer crops;
    private Integer dim;

    private Builder(FeatureFormat format, String split, List<String> inputs) {
      this.format = format;
      this.split = split;
      this.inputs = inputs;
    }

    public Builder batch(String value) {
      batch = value;
      return this;
    }

    public Builder axes(Axes value) {
      axes = value;
      return this;
    }

    public Builder framesPerSegment(int value) {
      framesPerSegment = value;
      return this;
    }

    public Builder skipBadVideos(boolean value) {
      skipBadVideos = value;
      return this;
    }

    public Builder takeForgotten(boolean value) {
      takeForgotten = value;
      return this;
    }

    public Builder videosCsv(String value) {
      videosCsv = value;
      return this;
    }

    public Builder ranges(String value) {
      ranges = value;
      return this;
    }

    public Builder names(String value) {
      names = value;
      return this;
    }

    public Builder featuresColumn(String value) {
      featuresColumn = value;
      return this;
    }

    public Builder crops(Integer value) {
      crops = value;
      return this;
    }

    public Builder dim(Integer value) {
      dim = value;
      return this;
    }

    /**
     * @throws UsageException for options that contradict each other
     */
    public IngestOptions build() {
      return new IngestOptions(
          format,
          inputs,
          split,
          batch,
          axes,
          framesPerSegment,
          skipBadVideos,
          takeForgotten,
          videosCsv,
          ranges,
          names,
          featuresColumn,
          crops,
          dim);
    }
  }
}
