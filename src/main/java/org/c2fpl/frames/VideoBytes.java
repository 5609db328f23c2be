package org.c2fpl.frames;

import java.io.IOException;
import java.io.InputStream;

/**
 * The bytes of a video as a seekable stream: mark, reset and skip read nothing. Containers keep
 * their index at either end of the file.
 */
public abstract class VideoBytes extends InputStream {
  private final long length;
  private long marked;

  protected VideoBytes(long length) {
    this.length = length;
  }

  /** The position of the next byte. */
  protected abstract long position() throws IOException;

  /** Moves to a position. */
  protected abstract void seek(long position) throws IOException;

  @Override
  public final boolean markSupported() {
    return true;
  }

  @Override
  public final synchronized void mark(int limit) {
    try {
      marked = position();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  public final synchronized void reset() throws IOException {
    seek(marked);
  }

  @Override
  public final long skip(long bytes) throws IOException {
    long from = position();
    long skipped = Math.max(0, Math.min(bytes, length - from));
    if (skipped > 0) {
      seek(from + skipped);
    }
    return skipped;
  }
}
