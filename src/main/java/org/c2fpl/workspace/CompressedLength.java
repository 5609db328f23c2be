package org.c2fpl.workspace;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;

/**
 * The number of bytes in a compressed page, without decompressing it.
 *
 * <p>Throws {@link EOFException} if the page ends too early, and returns {@link #DAMAGED} for
 * impossible content.
 */
final class CompressedLength {
  static final long DAMAGED = -1;

  private static final int EXTENDED = 15;
  private static final int SHORTEST_MATCH = 4;

  private CompressedLength() {}

  /** Snappy: a page starts with the number, seven bits per byte. */
  static long ofSnappy(DataInputStream page, int size) throws IOException {
    long length = 0;
    for (int shift = 0; shift < Math.min(size, 5) * 7; shift += 7) {
      int next = page.readUnsignedByte();
      length |= (long) (next & 0x7F) << shift;
      if (next < 0x80) {
        return length;
      }
    }
    return size == 0 ? 0 : DAMAGED;
  }

  /** An LZ4 block of a size: literals and matches, whose lengths are added. */
  static long ofLz4(DataInputStream page, int size) throws IOException {
    Lz4Block block = new Lz4Block(page, size);
    long length = 0;
    while (block.left > 0) {
      int token = block.next();
      long literals = block.count(token >>> 4);
      block.skip(literals);
      length += literals;
      if (block.left == 0) {
        return length;
      }
      int offset = block.next() | block.next() << 8;
      if (offset == 0 || offset > length) {
        return DAMAGED;
      }
      length += SHORTEST_MATCH + block.count(token & EXTENDED);
    }
    return length;
  }

  /** Hadoop's frames: the size of a frame's content, then its blocks, each after its size. */
  static long ofLz4Frames(DataInputStream page, int size) throws IOException {
    long length = 0;
    int left = size;
    while (left > 0) {
      int frame = page.readInt();
      left -= Integer.BYTES;
      long held = 0;
      while (held < frame) {
        int block = page.readInt();
        left -= Integer.BYTES;
        if (block <= 0 || block > left) {
          return DAMAGED;
        }
        long in = ofLz4(page, block);
        left -= block;
        if (in <= 0) {
          return DAMAGED;
        }
        held += in;
      }
      if (held != frame) {
        return DAMAGED;
      }
      length += frame;
    }
    return left == 0 ? length : DAMAGED;
  }

  /** Ensures that nothing after the block is read as part of it. */
  private static final class Lz4Block {
    private final DataInputStream page;
    private long left;

    Lz4Block(DataInputStream page, long left) {
      this.page = page;
      this.left = left;
    }

    int next() throws IOException {
      take(1);
      return page.readUnsignedByte();
    }

    void skip(long bytes) throws IOException {
      take(bytes);
      page.skipNBytes(bytes);
    }

    /** Four bits, or more in the bytes that follow. */
    long count(int bits) throws IOException {
      long count = bits;
      if (bits == EXTENDED) {
        int more;
        do {
          more = next();
          count += more;
        } while (more == 255);
      }
      return count;
    }

    private void take(long bytes) throws EOFException {
      left -= bytes;
      if (left < 0) {
        throw new EOFException();
      }
    }
  }
}
