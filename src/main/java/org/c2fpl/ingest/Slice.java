package org.c2fpl.ingest;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.c2fpl.formats.features.ArrayLayout;
import org.c2fpl.formats.features.Axes;
import org.c2fpl.formats.features.CropFilesReader;
import org.c2fpl.formats.features.SegmentReader;
import org.c2fpl.formats.features.Segments;

/**
 * Segments {@code [from, to)} of a video that one task reads.
 *
 * @param paths one array, or one per crop
 * @param origin row of the array where the video begins
 * @param segmentBytes float32 bytes of a segment
 */
record Slice(
    String videoId,
    List<String> paths,
    Axes axes,
    long origin,
    long from,
    long to,
    long segmentBytes)
    implements Serializable {

  long bytes() {
    return (to - from) * segmentBytes;
  }

  Segments open(Configuration hadoop) throws IOException {
    List<SegmentReader> readers = new ArrayList<>();
    for (String path : paths) {
      HadoopSource source = new HadoopSource(new Path(path), hadoop);
      ArrayLayout layout = ArrayFootage.layout(source, axes);
      readers.add(new SegmentReader(source, layout, origin, origin + from, origin + to));
    }
    return readers.size() == 1 ? readers.get(0) : new CropFilesReader(readers);
  }
}
