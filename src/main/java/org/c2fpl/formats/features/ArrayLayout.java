package org.c2fpl.formats.features;

import org.c2fpl.errors.DataException;
import org.c2fpl.formats.NpyHeader;

/**
 * The positions of a segment's values in a feature array.
 *
 * <p>In the order of the file every layout is (outer, segments, inner): for each of {@code outer}
 * indices, for each segment, {@code inner} adjacent values. C order with the segments first has
 * outer = 1; in every other order they are in {@code outer} places.
 *
 * @param segments number of segments m
 * @param crops crops per segment
 * @param dim values per crop
 * @param fortranOrder whether the first axis varies fastest
 */
public record ArrayLayout(
    NpyHeader header, long segments, int crops, int dim, Axes axes, boolean fortranOrder) {

  /** A segment is one row of a table and must fit a row group of 16 MiB. */
  public static final long LARGEST_SEGMENT_BYTES = 16L << 20;

  /**
   * The layout of an array of shape (m, dim), (m, crops, dim), or (crops, m, dim) as set by {@code
   * axes}.
   *
   * @throws DataException for another rank, elements that are not floats, no segments, or segments
   *     too large for a row
   */
  public static ArrayLayout of(NpyHeader header, Axes axes, String name) {
    int rank = header.shape().size();
    if (rank != 2 && rank != 3) {
      throw unusable(
          name,
          "its array has the shape " + header.shapeText() + ", of rank " + rank,
          "Features have the shape (segments, dim) or ("
              + axes.toString().replace(",", ", ")
              + ")");
    }
    if (!header.dtype().isFloat()) {
      throw unusable(
          name,
          "its dtype is " + header.dtype(),
          "Features are float16, float32 or float64; save them so");
    }
    // With one crop, both orders of the axes are the same.
    Axes order = rank == 2 ? Axes.SEGMENTS_CROPS_DIM : axes;
    int segmentAxis = order == Axes.SEGMENTS_CROPS_DIM ? 0 : 1;
    long segments = header.shape().get(segmentAxis);
    long crops = rank == 2 ? 1 : header.shape().get(1 - segmentAxis);
    long dim = header.shape().get(rank - 1);
    if (segments == 0) {
      throw unusable(
          name,
          "its array has the shape " + header.shapeText() + ", no segments",
          "Leave the video out or extract its features again");
    }
    if (crops == 0 || dim == 0) {
      throw unusable(
          name,
          "its array has the shape " + header.shapeText() + ", segments without values",
          "Extract its features again");
    }
    if (crops > LARGEST_SEGMENT_BYTES
        || dim > LARGEST_SEGMENT_BYTES
        || crops * dim * Float.BYTES > LARGEST_SEGMENT_BYTES) {
      throw unusable(
          name,
          crops + " crops × " + dim + " values per segment are more than 16 MiB",
          "Check the order of the axes (--axes); the file says " + header.shapeText());
    }
    if (segments > Integer.MAX_VALUE) {
      throw unusable(
          name,
          segments + " segments are more than " + Integer.MAX_VALUE,
          "Check the order of the axes (--axes); the file says " + header.shapeText());
    }
    return new ArrayLayout(header, segments, (int) crops, (int) dim, order, header.fortranOrder());
  }

  /** Values per segment: crops × dim. */
  public int values() {
    return crops * dim;
  }

  int outer() {
    return values() / inner();
  }

  int inner() {
    if (fortranOrder) {
      return axes == Axes.SEGMENTS_CROPS_DIM ? 1 : crops;
    }
    return axes == Axes.SEGMENTS_CROPS_DIM ? values() : dim;
  }

  /** Index of a value in the segment's (crop, dim) matrix, row by row. */
  int place(int outer, int inner) {
    if (!fortranOrder) {
      return outer * inner() + inner;
    }
    return axes == Axes.SEGMENTS_CROPS_DIM
        ? outer % crops * dim + outer / crops
        : inner * dim + outer;
  }

  static DataException unusable(String name, String found, String whatToDo) {
    return new DataException("Cannot use " + name + ": " + found + ". " + whatToDo + ".");
  }
}
