package org.c2fpl.detector;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Floats as the little-endian bytes in which they are stored, hashed and sent. */
final class LittleEndian {
  private LittleEndian() {}

  /** The floats stored in the bytes. */
  static FloatBuffer view(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }

  static byte[] bytes(float[] values) {
    return bytes(FloatBuffer.wrap(values));
  }

  /** The remaining bytes of a buffer. */
  static byte[] bytes(FloatBuffer values) {
    byte[] bytes = new byte[Math.multiplyExact(values.remaining(), Float.BYTES)];
    view(bytes).put(values);
    return bytes;
  }

  static float[] floats(byte[] bytes) {
    float[] values = new float[bytes.length / Float.BYTES];
    floats(bytes, values, 0);
    return values;
  }

  static void floats(byte[] bytes, float[] out, int offset) {
    view(bytes).get(out, offset, bytes.length / Float.BYTES);
  }
}
