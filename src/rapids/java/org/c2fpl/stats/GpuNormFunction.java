package org.c2fpl.stats;

import ai.rapids.cudf.ColumnVector;
import ai.rapids.cudf.ColumnView;
import ai.rapids.cudf.DType;
import ai.rapids.cudf.Scalar;
import ai.rapids.cudf.SegmentedReductionAggregation;
import com.nvidia.spark.RapidsUDF;
import java.util.Optional;
import org.c2fpl.segments.SegmentNumber;

/**
 * The mean over crops of the l2 norm, on a batch of segments in a GPU's memory. Loaded by its name
 * if Spark-RAPIDS is on the class path.
 *
 * <p>It was tested by hand on one kind of GPU: docs/gpu.md. In Spark-RAPIDS 25.04 binary columns
 * are lists of bytes without gaps; this is checked for every batch.
 *
 * <p>Squares and sums are doubles as on the CPU, but cuDF adds in another order: norms agree to
 * rounding, not to the bit. Memory: five times the batch's features, most of it for the features
 * and their squares as doubles; {@code spark.rapids.sql.batchSizeBytes} bounds the batch.
 */
final class GpuNormFunction extends NormFunction implements RapidsUDF {
  private static final long serialVersionUID = 1L;

  private final int crops;
  private final int dim;

  GpuNormFunction(SegmentNumber norm, int crops, int dim) {
    super(norm);
    this.crops = crops;
    this.dim = dim;
  }

  @Override
  boolean hasGpuForm() {
    return true;
  }

  /**
   * FLOAT64, one norm per row.
   *
   * @param columns {@code features}: LIST of bytes, {@code crops × dim} float32 each, no nulls; the
   *     caller closes it
   */
  @Override
  public ColumnVector evaluateColumnar(int rows, ColumnVector... columns) {
    if (rows == 0) {
      return ColumnVector.fromDoubles();
    }
    try (ColumnVector norms = cropNorms(columns[0], rows);
        ColumnVector sums = sums(norms, rows, crops);
        Scalar count = Scalar.fromDouble(crops)) {
      return sums.div(count);
    }
  }

  private ColumnVector cropNorms(ColumnView features, int rows) {
    try (ColumnVector squares = squares(features, rows);
        ColumnVector sums = sums(squares, Math.multiplyExact(rows, crops), dim)) {
      return sums.sqrt();
    }
  }

  private ColumnVector squares(ColumnView features, int rows) {
    try (ColumnVector values = doubles(features, rows)) {
      return values.mul(values);
    }
  }

  private ColumnVector doubles(ColumnView features, int rows) {
    long values = (long) rows * crops * dim;
    try (ColumnView bytes = features.getChildColumnView(0)) {
      if (bytes.getRowCount() != values * Float.BYTES) {
        throw new IllegalStateException(
            rows
                + " segments of "
                + crops
                + " crops × "
                + dim
                + " float32 do not have "
                + bytes.getRowCount()
                + " bytes");
      }
      // A view of the same memory, which it does not own.
      try (ColumnView floats =
          new ColumnView(DType.FLOAT32, values, Optional.of(0L), bytes.getData(), null)) {
        return floats.castTo(DType.FLOAT64);
      }
    }
  }

  /** The sums of consecutive runs of one length. */
  private static ColumnVector sums(ColumnView values, int runs, int length) {
    try (Scalar zero = Scalar.fromInt(0);
        Scalar step = Scalar.fromInt(length);
        ColumnVector offsets = ColumnVector.sequence(zero, step, runs + 1)) {
      return values.segmentedReduce(offsets, SegmentedReductionAggregation.sum(), DType.FLOAT64);
    }
  }
}
