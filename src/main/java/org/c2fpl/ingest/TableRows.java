package org.c2fpl.ingest;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.util.CollectionAccumulator;

/**
 * Turns rows of a user's table into rows of {@code segments}.
 *
 * <p>Works on Spark's internal rows; external rows would box each of the 20,480 values of a
 * segment.
 *
 * @param type type of the features' column
 * @param name the name of the table in messages
 * @param videoIds videos to keep
 * @param bad receives the videos with values that are not numbers; their further rows are dropped
 */
record TableRows(
    DataType type,
    int crops,
    String name,
    Set<String> videoIds,
    CollectionAccumulator<BadVideo> bad)
    implements Serializable {

  Iterator<Row> convert(Iterator<InternalRow> rows) {
    return new Iterator<>() {
      private Row next;

      @Override
      public boolean hasNext() {
        while (next == null && rows.hasNext()) {
          next = convert(rows.next());
        }
        return next != null;
      }

      @Override
      public Row next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        Row row = next;
        next = null;
        return row;
      }
    };
  }

  /** Null for rows that are dropped. */
  private Row convert(InternalRow row) {
    String id = row.getString(0);
    if (!videoIds.contains(id)) {
      return null;
    }
    long segment = row.getLong(1);
    int wrong;
    double value = 0;
    byte[] features;
    if (type.equals(DataTypes.BinaryType)) {
      features = row.getBinary(2);
      ByteBuffer floats = ByteBuffer.wrap(features).order(ByteOrder.LITTLE_ENDIAN);
      wrong = firstNotFinite(floats);
      value = wrong < 0 ? 0 : floats.getFloat(wrong * Float.BYTES);
    } else {
      ArrayData array = row.getArray(2);
      int hole = firstNull(array);
      if (hole >= 0) {
        tell(id, segment, hole, array.numElements(), "no value");
        return null;
      }
      double[] doubles = null;
      float[] floats;
      if (((ArrayType) type).elementType().equals(DataTypes.DoubleType)) {
        doubles = array.toDoubleArray();
        floats = new float[doubles.length];
        for (int i = 0; i < floats.length; i++) {
          floats[i] = (float) doubles[i];
        }
      } else {
        floats = array.toFloatArray();
      }
      features = new byte[floats.length * Float.BYTES];
      ByteBuffer out = ByteBuffer.wrap(features).order(ByteOrder.LITTLE_ENDIAN);
      out.asFloatBuffer().put(floats);
      wrong = firstNotFinite(out);
      if (wrong >= 0) {
        value = doubles == null ? floats[wrong] : doubles[wrong];
      }
    }
    if (wrong >= 0) {
      String found =
          Double.isFinite(value) ? value + ", too large for float32," : String.valueOf(value);
      tell(id, segment, wrong, features.length / Float.BYTES, found);
      return null;
    }
    return RowFactory.create(id, (int) segment, features);
  }

  private void tell(String id, long segment, int place, int values, String found) {
    int dim = values / crops;
    bad.add(
        new BadVideo(
            id,
            name,
            "Cannot use "
                + name
                + ": "
                + found
                + " at segment "
                + segment
                + (crops > 1 ? ", crop " + place / dim : "")
                + ", dimension "
                + place % dim
                + " of video '"
                + id
                + "' (counted from 0). Extract its features again."));
  }

  private int firstNull(ArrayData array) {
    if (((ArrayType) type).containsNull()) {
      for (int i = 0; i < array.numElements(); i++) {
        if (array.isNullAt(i)) {
          return i;
        }
      }
    }
    return -1;
  }

  private static int firstNotFinite(ByteBuffer floats) {
    int n = floats.capacity() / Float.BYTES;
    for (int i = 0; i < n; i++) {
      if (!(Math.abs(floats.getFloat(i * Float.BYTES)) <= Float.MAX_VALUE)) {
        return i;
      }
    }
    return -1;
  }
}
