package org.c2fpl.stats;

import static org.apache.spark.sql.functions.col;

import java.lang.reflect.InvocationTargetException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.c2fpl.gpu.Rapids;
import org.c2fpl.method.statistics.FeatureProfile;
import org.c2fpl.method.statistics.NormKind;
import org.c2fpl.method.statistics.SegmentNorm;
import org.c2fpl.segments.SegmentNumber;
import org.c2fpl.segments.Splits;

/**
 * The norm of a segment as a function of its features: of bytes in the buffers of Parquet's reader,
 * and of a column. The plain l2 norm has a form for the GPU, {@link Rapids#NORM}, which is used if
 * it can be loaded; it is also a function of bytes.
 */
class NormFunction implements UDF1<byte[], Double> {
  private static final long serialVersionUID = 1L;

  private final SegmentNumber norm;

  NormFunction(SegmentNumber norm) {
    this.norm = norm;
  }

  /**
   * The norm of segments of a shape.
   *
   * @param profile standardises the features; null to use them as they are
   */
  static NormFunction of(Splits.Shape shape, NormKind kind, FeatureProfile profile) {
    int crops = shape.crops();
    int dim = shape.dim();
    if (profile != null) {
      return new NormFunction(
          (bytes, from, length) -> SegmentNorm.mean(kind, bytes, from, length, crops, profile));
    }
    SegmentNumber norm =
        (bytes, from, length) -> SegmentNorm.mean(kind, bytes, from, length, crops, dim);
    return kind == NormKind.L2 && Rapids.jarPresent() && Rapids.normBuilt()
        ? forGpu(norm, crops, dim)
        : new NormFunction(norm);
  }

  private static NormFunction forGpu(SegmentNumber norm, int crops, int dim) {
    try {
      return (NormFunction)
          Class.forName(Rapids.NORM, true, NormFunction.class.getClassLoader())
              .getDeclaredConstructor(SegmentNumber.class, int.class, int.class)
              .newInstance(norm, crops, dim);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether Spark-RAPIDS can compute it. */
  boolean hasGpuForm() {
    return false;
  }

  /** The norm of bytes. */
  final SegmentNumber ofBytes() {
    return norm;
  }

  /** The norm of the column {@code features}. */
  final Column ofFeatures() {
    return functions.udf(this, DataTypes.DoubleType).apply(col("features"));
  }

  @Override
  public final Double call(byte[] features) {
    return norm.of(features, 0, features.length);
  }
}
