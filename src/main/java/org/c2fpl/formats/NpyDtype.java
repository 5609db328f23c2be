package org.c2fpl.formats;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Type of an npy array's elements: bool, integers of 1 to 8 bytes, floats of 2, 4 or 8 bytes.
 *
 * @param bytes size of an element
 */
public record NpyDtype(Kind kind, int bytes, ByteOrder order) {

  /** The meaning of the bits. */
  public enum Kind {
    FLOAT,
    INT,
    UINT,
    BOOL
  }

  private static final Pattern DESCR = Pattern.compile("([<>|])([fiub])([0-9]{1,2})");

  /** The type a numpy {@code descr} names, such as {@code <f4}; empty if it is not supported. */
  public static Optional<NpyDtype> parse(String descr) {
    Matcher matcher = DESCR.matcher(descr);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int bytes = Integer.parseInt(matcher.group(3));
    Kind kind =
        switch (matcher.group(2)) {
          case "f" -> Kind.FLOAT;
          case "i" -> Kind.INT;
          case "u" -> Kind.UINT;
          default -> Kind.BOOL;
        };
    boolean sized =
        switch (kind) {
          case FLOAT -> bytes == 2 || bytes == 4 || bytes == 8;
          case INT, UINT -> bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8;
          case BOOL -> bytes == 1;
        };
    // '|' means no byte order, which is valid only for single bytes.
    boolean ordered = bytes == 1 || !matcher.group(1).equals("|");
    return sized && ordered
        ? Optional.of(
            new NpyDtype(
                kind,
                bytes,
                matcher.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN))
        : Optional.empty();
  }

  public boolean isFloat() {
    return kind == Kind.FLOAT;
  }

  /** Whether the values are whole numbers: integers or bool. */
  public boolean isWhole() {
    return kind != Kind.FLOAT;
  }

  /**
   * Decodes {@code n} floats from the start of {@code in}. float16 is exact; float64 rounds to the
   * nearest float32, or to an infinity if it is too large.
   */
  public void floats(byte[] in, int n, float[] out) {
    require(isFloat());
    ByteBuffer buffer = ByteBuffer.wrap(in, 0, n * bytes).order(order);
    switch (bytes) {
      case 4 -> buffer.asFloatBuffer().get(out, 0, n);
      case 8 -> {
        for (int i = 0; i < n; i++) {
          out[i] = (float) buffer.getDouble(8 * i);
        }
      }
      default -> {
        for (int i = 0; i < n; i++) {
          out[i] = halfToFloat(buffer.getShort(2 * i));
        }
      }
    }
  }

  /** Element {@code index} of {@code in} as a double; uint64 above 2^63 is rounded. */
  public double asDouble(byte[] in, int index) {
    if (isWhole()) {
      long value = asLong(in, index);
      return kind == Kind.UINT && value < 0 ? (value >>> 1) * 2.0 + (value & 1) : value;
    }
    ByteBuffer buffer = ByteBuffer.wrap(in).order(order);
    return switch (bytes) {
      case 4 -> buffer.getFloat(4 * index);
      case 8 -> buffer.getDouble(8 * index);
      default -> halfToFloat(buffer.getShort(2 * index));
    };
  }

  /**
   * Element {@code index} of {@code in}, a whole number; uint64 above 2^63 is returned as a
   * negative number.
   */
  public long asLong(byte[] in, int index) {
    require(isWhole());
    ByteBuffer buffer = ByteBuffer.wrap(in).order(order);
    long signed =
        switch (bytes) {
          case 1 -> buffer.get(index);
          case 2 -> buffer.getShort(2 * index);
          case 4 -> buffer.getInt(4 * index);
          default -> buffer.getLong(8 * index);
        };
    return kind == Kind.INT || bytes == 8 ? signed : signed & ((1L << (8 * bytes)) - 1);
  }

  /** IEEE 754 binary16 to binary32, exact, subnormals, infinities and NaN included. */
  static float halfToFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >>> 10) & 0x1f;
    int fraction = half & 0x3ff;
    if (exponent == 0) {
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    int bits = exponent == 0x1f ? 0x7f800000 : (exponent + 127 - 15) << 23;
    return Float.intBitsToFloat(sign | bits | (fraction << 13));
  }

  private void require(boolean condition) {
    if (!condition) {
      throw new IllegalStateException("not for elements of type " + this);
    }
  }

  /** numpy's name of the type: {@code float32}, {@code >int64}. */
  @Override
  public String toString() {
    String name =
        switch (kind) {
          case FLOAT -> "float" + 8 * bytes;
          case INT -> "int" + 8 * bytes;
          case UINT -> "uint" + 8 * bytes;
          case BOOL -> "bool";
        };
    return bytes > 1 && order == ByteOrder.BIG_ENDIAN ? "big-endian " + name : name;
  }
}
