package org.c2fpl.stats;

import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.expressions.Aggregator;
import org.c2fpl.method.exact.ExactMoments;

/**
 * Mean and sample deviation of a double column as a column function, the same to the bit for any
 * row order and partitioning. Under 2 KB per group.
 */
public final class ExactMomentsAggregator
    extends Aggregator<Double, ExactMoments, ExactMomentsAggregator.Moments> {
  private static final long serialVersionUID = 1L;

  /** The result's fields as columns. */
  public static final class Moments implements java.io.Serializable {
    private static final long serialVersionUID = 1L;
    private long count;
    private double mean;
    private double deviation;

    public Moments() {}

    Moments(ExactMoments moments) {
      this.count = moments.count();
      this.mean = moments.mean();
      this.deviation = moments.sampleDeviation();
    }

    public long getCount() {
      return count;
    }

    public void setCount(long count) {
      this.count = count;
    }

    public double getMean() {
      return mean;
    }

    public void setMean(double mean) {
      this.mean = mean;
    }

    public double getDeviation() {
      return deviation;
    }

    public void setDeviation(double deviation) {
      this.deviation = deviation;
    }
  }

  @Override
  public ExactMoments zero() {
    return new ExactMoments();
  }

  @Override
  public ExactMoments reduce(ExactMoments moments, Double value) {
    moments.add(value);
    return moments;
  }

  @Override
  public ExactMoments merge(ExactMoments left, ExactMoments right) {
    left.merge(right);
    return left;
  }

  @Override
  public Moments finish(ExactMoments moments) {
    return new Moments(moments);
  }

  @Override
  public Encoder<ExactMoments> bufferEncoder() {
    return Encoders.javaSerialization(ExactMoments.class);
  }

  @Override
  public Encoder<Moments> outputEncoder() {
    return Encoders.bean(Moments.class);
  }
}
