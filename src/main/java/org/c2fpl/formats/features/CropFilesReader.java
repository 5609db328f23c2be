package org.c2fpl.formats.features;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** Segments of a video with one array per crop, all of the shape (m, dim). */
public final class CropFilesReader implements Segments {
  private final List<SegmentReader> crops;

  /**
   * @param crops readers of the same range of segments, one per crop, in the order of the crops
   */
  public CropFilesReader(List<SegmentReader> crops) {
    this.crops = List.copyOf(crops);
  }

  @Override
  public boolean hasNext() {
    return crops.get(0).hasNext();
  }

  @Override
  public byte[] next() {
    byte[] first = crops.get(0).next();
    byte[] segment = Arrays.copyOf(first, first.length * crops.size());
    for (int crop = 1; crop < crops.size(); crop++) {
      byte[] part = crops.get(crop).next();
      System.arraycopy(part, 0, segment, crop * part.length, part.length);
    }
    return segment;
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (SegmentReader crop : crops) {
      try {
        crop.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
