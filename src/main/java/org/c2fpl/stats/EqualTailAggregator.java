package org.c2fpl.stats;

import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.expressions.Aggregator;
import org.c2fpl.method.statistics.EqualTail;
import scala.Tuple2;

/** {@link EqualTail} of segment indices and numbers as a column function. */
final class EqualTailAggregator extends Aggregator<Tuple2<Integer, Double>, EqualTail, Integer> {
  private static final long serialVersionUID = 1L;

  /** The columns of the function. */
  static final Encoder<Tuple2<Integer, Double>> INPUT =
      Encoders.tuple(Encoders.INT(), Encoders.DOUBLE());

  @Override
  public EqualTail zero() {
    return new EqualTail();
  }

  @Override
  public EqualTail reduce(EqualTail tail, Tuple2<Integer, Double> segment) {
    tail.add(segment._1(), segment._2());
    return tail;
  }

  @Override
  public EqualTail merge(EqualTail left, EqualTail right) {
    left.merge(right);
    return left;
  }

  @Override
  public Integer finish(EqualTail tail) {
    return tail.length();
  }

  @Override
  public Encoder<EqualTail> bufferEncoder() {
    return Encoders.javaSerialization(EqualTail.class);
  }

  @Override
  public Encoder<Integer> outputEncoder() {
    return Encoders.INT();
  }
}
