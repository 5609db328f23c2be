package org.c2fpl.formats;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Makes npy files byte by byte, right and wrong ones. */
public final class NpyBytes {
  private NpyBytes() {}

  /** A version 1.0 file with numpy's own header text. */
  public static byte[] of(String descr, boolean fortran, String shape, byte[] data) {
    return withHeader(1, header(descr, fortran, shape), data);
  }

  public static String header(String descr, boolean fortran, String shape) {
    return "{'descr': '"
        + descr
        + "', 'fortran_order': "
        + (fortran ? "True" : "False")
        + ", 'shape': "
        + shape
        + ", }";
  }

  public static byte[] withHeader(int major, String header, byte[] data) {
    String text = header + " ".repeat(63 - header.length() % 64) + "\n";
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer prefix = ByteBuffer.allocate(major == 1 ? 10 : 12).order(ByteOrder.LITTLE_ENDIAN);
    prefix.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    prefix.put((byte) major).put((byte) 0);
    if (major == 1) {
      prefix.putShort((short) bytes.length);
    } else {
      prefix.putInt(bytes.length);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(prefix.array());
    out.writeBytes(bytes);
    out.writeBytes(data);
    return out.toByteArray();
  }

  /** Values in the order given, as {@code <f4} and so on. */
  public static byte[] encode(String descr, double... values) {
    int size = descr.charAt(2) - '0';
    ByteBuffer buffer =
        ByteBuffer.allocate(values.length * size)
            .order(descr.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      switch (descr.substring(1)) {
        case "f4" -> buffer.putFloat((float) value);
        case "f8" -> buffer.putDouble(value);
        case "f2" -> buffer.putShort(half(value));
        case "i8", "u8" -> buffer.putLong((long) value);
        case "i4", "u4" -> buffer.putInt((int) (long) value);
        case "i2", "u2" -> buffer.putShort((short) (long) value);
        case "i1", "u1", "b1" -> buffer.put((byte) (long) value);
        default -> throw new IllegalArgumentException(descr);
      }
    }
    return buffer.array();
  }

  /** The binary16 of a value that has one, found by trying all. */
  private static short half(double value) {
    for (int bits = 0; bits < 1 << 16; bits++) {
      if (Double.compare(halfValue(bits), value) == 0) {
        return (short) bits;
      }
    }
    throw new IllegalArgumentException(value + " is no float16");
  }

  /** The value of the bits of a binary16 by IEEE 754. */
  public static double halfValue(int bits) {
    double sign = (bits & 0x8000) == 0 ? 1 : -1;
    int exponent = bits >> 10 & 31;
    double fraction = (bits & 1023) / 1024.0;
    if (exponent == 31) {
      return fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
    }
    return exponent == 0
        ? sign * fraction * Math.pow(2, -14)
        : sign * (1 + fraction) * Math.pow(2, exponent - 15);
  }

  public static ByteSource source(String name, byte[] content) {
    return new ByteSource() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public long length() {
        return content.length;
      }

      @Override
      public InputStream open(long offset) {
        return new ByteArrayInputStream(content, (int) offset, content.length - (int) offset);
      }
    };
  }
}
