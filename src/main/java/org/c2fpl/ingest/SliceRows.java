package org.c2fpl.ingest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.TaskCompletionListener;
import org.c2fpl.errors.DataException;
import org.c2fpl.formats.features.Segments;

/**
 * The rows of a task's slices, read on demand. A bad slice is reported and skipped, so that one
 * pass finds every bad video.
 */
final class SliceRows implements Iterator<Row> {
  private final Iterator<Slice> slices;
  private final Configuration hadoop;
  private final CollectionAccumulator<BadVideo> bad;
  private Slice slice;
  private Segments segments;
  private long segment;
  private Row next;

  SliceRows(List<Slice> slices, Configuration hadoop, CollectionAccumulator<BadVideo> bad) {
    this.slices = slices.iterator();
    this.hadoop = hadoop;
    this.bad = bad;
    // A task that is killed or fails elsewhere must not leave its file open.
    TaskCompletionListener close = context -> closeSlice();
    TaskContext.get().addTaskCompletionListener(close);
  }

  @Override
  public boolean hasNext() {
    while (next == null && (slice != null || slices.hasNext())) {
      try {
        advance();
      } catch (DataException e) {
        bad.add(new BadVideo(slice.videoId(), slice.paths().get(0), e.getMessage()));
        closeSlice();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
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

  private void advance() throws IOException {
    if (slice == null) {
      slice = slices.next();
      segment = slice.from();
      segments = slice.open(hadoop);
    }
    if (segments.hasNext()) {
      next = RowFactory.create(slice.videoId(), (int) segment++, segments.next());
    } else {
      closeSlice();
    }
  }

  private void closeSlice() {
    try {
      if (segments != null) {
        segments.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      segments = null;
      slice = null;
    }
  }
}
