package org.c2fpl.formats;

import java.io.IOException;
import java.io.InputStream;
import org.c2fpl.errors.DataException;

/**
 * Reads the values of an npy array in the order of the file, in blocks; memory is one block for any
 * size of array.
 */
public final class NpyReader implements AutoCloseable {
  private final InputStream in;
  private final String name;
  private final NpyHeader header;
  private long left;
  private byte[] buffer = new byte[0];

  /**
   * Reads the header and moves to the first value.
   *
   * @param in closed with this reader; the caller may buffer it for the header, values are read in
   *     blocks
   * @param name the name of the file in messages
   */
  public NpyReader(InputStream in, String name) throws IOException {
    this.in = in;
    this.name = name;
    this.header = NpyHeader.read(in, name);
    this.left = header.elements();
  }

  /** Opens a file whose length must match its header. */
  public static NpyReader open(ByteSource source) throws IOException {
    NpyReader reader = new NpyReader(source.open(0), source.name());
    try {
      reader.header.checkLength(source.length(), source.name());
    } catch (DataException | IOException e) {
      reader.close();
      throw e;
    }
    return reader;
  }

  public NpyHeader header() {
    return header;
  }

  /**
   * Reads up to {@code into.length} values of any dtype as doubles.
   *
   * @return their number; 0 at the end of the array
   */
  public int readDoubles(double[] into) throws IOException {
    int n = fill(into.length);
    for (int i = 0; i < n; i++) {
      into[i] = header.dtype().asDouble(buffer, i);
    }
    return n;
  }

  /**
   * Reads up to {@code into.length} whole numbers.
   *
   * @return their number; 0 at the end of the array
   * @throws DataException if the array does not hold integers or bool, or has a number above 2^63 −
   *     1
   */
  public int readLongs(long[] into) throws IOException {
    if (!header.dtype().isWhole()) {
      throw NpyHeader.unreadable(
          name, "it holds " + header.dtype() + " and not whole numbers", "Save it as int64");
    }
    int n = fill(into.length);
    boolean mayOverflow =
        header.dtype().kind() == NpyDtype.Kind.UINT && header.dtype().bytes() == 8;
    for (int i = 0; i < n; i++) {
      into[i] = header.dtype().asLong(buffer, i);
      if (mayOverflow && into[i] < 0) {
        throw NpyHeader.unreadable(
            name,
            "it holds " + Long.toUnsignedString(into[i]) + ", too large for a signed number",
            "Save it as int64");
      }
    }
    return n;
  }

  /** Refuses bytes after the array; call it after all values are read. */
  public void requireEnd() throws IOException {
    if (left == 0 && in.read() >= 0) {
      throw header.lengthMismatch(name, "more", false);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private int fill(int atMost) throws IOException {
    int n = (int) Math.min(left, atMost);
    int bytes = Math.multiplyExact(n, header.dtype().bytes());
    if (buffer.length < bytes) {
      buffer = new byte[bytes];
    }
    int read = in.readNBytes(buffer, 0, bytes);
    if (read < bytes) {
      long found = (header.elements() - left) * header.dtype().bytes() + read;
      throw header.lengthMismatch(name, String.valueOf(found), true);
    }
    left -= n;
    return n;
  }
}
