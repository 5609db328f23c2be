package org.c2fpl.detector;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.c2fpl.method.training.SegmentDeal;

/**
 * The dealt segments of one worker in a local file, which can be read in any order.
 *
 * <p>Segments are identified by their position in the deal: ascending by key, equal keys by
 * content. So the positions depend only on the segments, not on the order in which they were added.
 * Two segments with equal key, features and label are interchangeable.
 *
 * <p>Heap: 8 bytes per segment, 4 more for the order of an epoch, about 43 while the store is
 * filled; features stay in the file. It uses plain reads instead of a mapping, because ND4J and
 * container managers count mapped pages as memory of the process.
 */
final class WorkerStore {
  private final File file;
  private final int bytesPerSegment;
  private final float[] labels;
  private final int[] places;

  private long orderSeed;
  private int orderEpoch = -1;
  private int[] order;

  private WorkerStore(File file, int bytesPerSegment, float[] labels, int[] places) {
    this.file = file;
    this.bytesPerSegment = bytesPerSegment;
    this.labels = labels;
    this.places = places;
  }

  /** Number of segments. */
  int size() {
    return places.length;
  }

  /** The label of the segment at a position, in [0, 1]. */
  float label(int position) {
    return labels[places[position]];
  }

  /** The epoch's permutation of the positions; the last one requested is kept. */
  synchronized int[] order(long seed, int epoch, int worker) {
    if (order == null || orderSeed != seed || orderEpoch != epoch) {
      order = SegmentDeal.epochOrder(size(), seed, epoch, worker);
      orderSeed = seed;
      orderEpoch = epoch;
    }
    return order;
  }

  Reader reader() {
    return new Reader();
  }

  /** Deletes the file; open readers can still read it. */
  void delete() {
    try {
      Files.deleteIfExists(file.toPath());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A separate open file, so that tasks do not wait for each other. */
  final class Reader implements Closeable {
    private final FileChannel input;

    private Reader() {
      try {
        input = FileChannel.open(file.toPath(), StandardOpenOption.READ);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /**
     * Reads the features of the segment at a position, float32 little-endian, to the position of
     * {@code out}.
     */
    void read(int position, ByteBuffer out) {
      readPlace(places[position], out);
    }

    private byte[] readPlace(int place) {
      byte[] bytes = new byte[bytesPerSegment];
      readPlace(place, ByteBuffer.wrap(bytes));
      return bytes;
    }

    private void readPlace(int place, ByteBuffer out) {
      int end = out.position() + bytesPerSegment;
      int limit = out.limit();
      out.limit(end);
      try {
        while (out.hasRemaining()) {
          long done = bytesPerSegment - out.remaining();
          if (input.read(out, (long) place * bytesPerSegment + done) < 0) {
            throw new EOFException("it is shorter than it was");
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + file, e);
      }
      out.limit(limit);
    }

    @Override
    public void close() {
      try {
        input.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Collects segments in any order. */
  static final class Builder implements Closeable {
    private final File file;
    private final OutputStream output;
    private final int floatsPerSegment;
    private long[] keys = new long[1024];
    private float[] labels = new float[1024];
    private int size;
    private boolean built;

    Builder(File file, int floatsPerSegment) {
      this.file = file;
      this.floatsPerSegment = floatsPerSegment;
      try {
        this.output = new BufferedOutputStream(new FileOutputStream(file), 1 << 16);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void add(long key, float label, float[] features) {
      if (features.length != floatsPerSegment) {
        throw new IllegalArgumentException("expected " + floatsPerSegment + " values");
      }
      if (size == keys.length) {
        int larger = Math.addExact(size, size >> 1);
        keys = Arrays.copyOf(keys, larger);
        labels = Arrays.copyOf(labels, larger);
      }
      keys[size] = key;
      labels[size] = label;
      size++;
      try {
        output.write(LittleEndian.bytes(features));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot write " + file, e);
      }
    }

    WorkerStore build() {
      try {
        output.close();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot write " + file, e);
      }
      int bytes = floatsPerSegment * Float.BYTES;
      WorkerStore arrived =
          new WorkerStore(
              file, bytes, Arrays.copyOf(labels, size), IntStream.range(0, size).toArray());
      try (Reader reader = arrived.reader()) {
        int[] places = sortedPlaces(reader);
        built = true;
        return new WorkerStore(file, bytes, arrived.labels, places);
      }
    }

    private int[] sortedPlaces(Reader reader) {
      return IntStream.range(0, size)
          .boxed()
          .sorted((a, b) -> compare(a, b, reader))
          .mapToInt(Integer::intValue)
          .toArray();
    }

    private int compare(int a, int b, Reader reader) {
      int byKey = Long.compare(keys[a], keys[b]);
      if (byKey != 0 || a == b) {
        return byKey;
      }
      int byLabel = Float.compare(labels[a], labels[b]);
      if (byLabel != 0) {
        return byLabel;
      }
      return Arrays.compare(reader.readPlace(a), reader.readPlace(b));
    }

    /** Removes the file of a store that was not completed. */
    @Override
    public void close() {
      if (!built) {
        try {
          output.close();
          Files.deleteIfExists(file.toPath());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
