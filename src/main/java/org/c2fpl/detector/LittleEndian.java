package org.c2fpl.detector;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Floats as the little-endian bytes in which they are stored, hashed and sent. */
final class LittleEndian {
  private LittleEndian() {}

  static byte[] bytes(float[] values) {
    byte[] bytes = new byte[Math.multiplyExact(values.length, Float.BYTES)];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    return bytes;
  }

  static float[] floats(byte[] bytes) {
    float[] values = new float[bytes.length / Float.BYTES];
    floats(bytes, values, 0);
    return values;
  }

  static void floats(byte[] bytes, float[] out, int offset) {
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(out, offset, bytes.length / Float.BYTES);
  }
}
