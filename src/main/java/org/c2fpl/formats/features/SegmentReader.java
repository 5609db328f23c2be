package org.c2fpl.formats.features;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.NoSuchElementException;
import org.c2fpl.errors.DataException;
import org.c2fpl.formats.ByteSource;
import org.c2fpl.formats.NpyDtype;
import org.jspecify.annotations.Nullable;

/**
 * Segments {@code [from, to)} of one feature array.
 *
 * <p>Reads blocks of segments into a buffer of some megabytes, for any size and order of the array.
 * In C order with the segments first, the file is read once from start to end; in any other order
 * each block is gathered from {@link ArrayLayout#outer} places in one pass through the file.
 */
public final class SegmentReader implements Segments {
  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

  /** Float32 bytes of a contiguous block. */
  private static final int STREAMED_BLOCK = 1 << 20;

  /**
   * Float32 bytes of a gathered block: larger, because every block costs a pass through the file.
   */
  private static final int GATHERED_BLOCK = 32 << 20;

  private final ByteSource source;
  private final ArrayLayout layout;
  private final long origin;
  private final long to;
  private final int blockSegments;
  private final int[] offsets;
  private @Nullable InputStream in;
  private long inAt;
  private byte[] raw = new byte[0];
  private float[] values = new float[0];
  private long blockStart;
  private byte[][] block = new byte[0][];
  private int inBlock;

  /** All segments of an array. */
  public SegmentReader(ByteSource source, ArrayLayout layout) {
    this(source, layout, 0, 0, layout.segments());
  }

  /**
   * Segments {@code [from, to)} of an array.
   *
   * @param origin row of the array where the video begins; messages count segments from it
   */
  public SegmentReader(ByteSource source, ArrayLayout layout, long origin, long from, long to) {
    this(source, layout, origin, from, to, layout.outer() == 1 ? STREAMED_BLOCK : GATHERED_BLOCK);
  }

  SegmentReader(
      ByteSource source, ArrayLayout layout, long origin, long from, long to, int blockBytes) {
    this.source = source;
    this.layout = layout;
    this.origin = origin;
    this.to = to;
    this.blockStart = from;
    this.offsets = new int[layout.inner()];
    this.blockSegments = Math.max(1, blockBytes / (layout.values() * Float.BYTES));
  }

  @Override
  public boolean hasNext() {
    return blockStart + inBlock < to;
  }

  @Override
  public byte[] next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    if (inBlock == block.length) {
      try {
        blockStart += block.length;
        inBlock = 0;
        readBlock((int) Math.min(blockSegments, to - blockStart));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    byte[] segment = block[inBlock];
    block[inBlock++] = null;
    return segment;
  }

  @Override
  public void close() throws IOException {
    if (in != null) {
      in.close();
      in = null;
    }
  }

  private void readBlock(int segments) throws IOException {
    block = new byte[segments][layout.values() * Float.BYTES];
    int inner = layout.inner();
    for (int outer = 0; outer < layout.outer(); outer++) {
      for (int i = 0; i < inner; i++) {
        offsets[i] = layout.place(outer, i) * Float.BYTES;
      }
      readRun((outer * layout.segments() + blockStart) * inner, segments * inner);
      for (int segment = 0; segment < segments; segment++) {
        scatter(segment, outer);
      }
    }
  }

  /** Puts the values of one segment in a run into their places. */
  private void scatter(int segment, int outer) {
    byte[] row = block[segment];
    int base = segment * offsets.length;
    for (int i = 0; i < offsets.length; i++) {
      float value = values[base + i];
      if (!(Math.abs(value) <= Float.MAX_VALUE)) {
        throw notFinite(base + i, outer);
      }
      FLOAT.set(row, offsets[i], value);
    }
  }

  /** Fills {@code values} with {@code n} elements from number {@code first} on. */
  private void readRun(long first, int n) throws IOException {
    NpyDtype dtype = layout.header().dtype();
    int bytes = n * dtype.bytes();
    if (raw.length < bytes) {
      raw = new byte[bytes];
      values = new float[n];
    }
    int read = at(layout.header().dataOffset() + first * dtype.bytes()).readNBytes(raw, 0, bytes);
    inAt += read;
    if (read < bytes) {
      throw ArrayLayout.unusable(
          source.name(),
          "it ends at byte " + inAt + ", before the end of its array",
          "The file is cut short or changed while it was read; copy it again");
    }
    dtype.floats(raw, n, values);
  }

  private InputStream at(long position) throws IOException {
    if (in != null && position < inAt) {
      close();
    }
    if (in == null) {
      in = source.open(position);
    } else {
      in.skipNBytes(position - inAt);
    }
    inAt = position;
    return in;
  }

  private DataException notFinite(int index, int outer) {
    int place = layout.place(outer, index % layout.inner());
    long row = blockStart + index / layout.inner();
    double value = layout.header().dtype().asDouble(raw, index);
    boolean tooLarge = Double.isFinite(value);
    StringBuilder found = new StringBuilder();
    found.append(tooLarge ? value + ", too large for float32," : String.valueOf(value));
    found.append(" at segment ").append(row - origin);
    if (layout.crops() > 1) {
      found.append(", crop ").append(place / layout.dim());
    }
    found.append(", dimension ").append(place % layout.dim()).append(" (counted from 0");
    if (origin > 0) {
      found.append("; row ").append(row).append(" of the array");
    }
    return ArrayLayout.unusable(
        source.name(),
        found.append(")").toString(),
        tooLarge ? "Scale the features or leave the video out" : "Extract its features again");
  }
}
