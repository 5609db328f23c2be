package org.c2fpl.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.c2fpl.formats.features.ArrayLayout;
import org.c2fpl.formats.features.Axes;
import org.c2fpl.formats.features.AxesDoubt;
import org.c2fpl.formats.features.ConcatIndex;
import org.c2fpl.formats.features.VideoIds;

/** Videos in one npy array, with an array of their row ranges. */
final class ConcatArray extends ArrayFootage {
  private final FileStatus array;
  private final FileStatus ranges;

  /** Null if the videos are numbered. */
  private final FileStatus names;

  ConcatArray(SparkSession spark, IngestOptions options) {
    super(spark, options);
    InputFiles find = new InputFiles(hadoop());
    this.array = find.inputFile(options.inputs().get(0));
    this.ranges = find.file("--ranges", options.ranges());
    this.names = options.names() == null ? null : find.file("--names", options.names());
  }

  @Override
  public List<FileStatus> files() {
    return names == null ? List.of(array, ranges) : List.of(array, ranges, names);
  }

  @Override
  public Optional<AxesDoubt> doubt(List<InspectedVideo> videos, InspectedVideo commonest) {
    return AxesDoubt.ofSegment(commonest.crops(), commonest.dim());
  }

  @Override
  public Inspection inspect() {
    Path path = array.getPath();
    try {
      HadoopSource source = new HadoopSource(path, hadoop());
      ArrayLayout layout = layout(source, Axes.SEGMENTS_CROPS_DIM);
      if (layout.fortranOrder()) {
        throw unusable(
            path,
            "it is in Fortran order, which scatters each segment over the whole file",
            "Save it with numpy.ascontiguousarray");
      }
      ConcatIndex index =
          ConcatIndex.read(
              new HadoopSource(ranges.getPath(), hadoop()), names(), layout.segments());
      return inspection(index, layout, source);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> names() throws IOException {
    if (names == null) {
      return null;
    }
    HadoopSource source = new HadoopSource(names.getPath(), hadoop());
    try (InputStream in = source.open(0)) {
      return ConcatIndex.readNames(in, source.name());
    }
  }

  private Inspection inspection(ConcatIndex index, ArrayLayout layout, HadoopSource source) {
    Map<String, Long> uses =
        index.entries().stream()
            .collect(Collectors.groupingBy(ConcatIndex.Entry::videoId, Collectors.counting()));
    List<BadVideo> bad = new ArrayList<>();
    List<InspectedVideo> videos = new ArrayList<>();
    for (int row = 0; row < index.entries().size(); row++) {
      ConcatIndex.Entry entry = index.entries().get(row);
      String id = entry.videoId();
      Optional<String> unsafe = VideoIds.problem(id);
      if (unsafe.isPresent()) {
        String named = "line " + (row + 1) + ": " + unsafe.get();
        bad.add(bad(null, names.getPath(), named, "Change the name"));
      } else if (uses.get(id) > 1) {
        String named =
            "line " + (row + 1) + ": '" + id + "' is the name of " + uses.get(id) + " videos";
        bad.add(bad(id, names.getPath(), named, "Give each video its own name"));
      } else if (entry.problem() != null) {
        bad.add(
            bad(id, ranges.getPath(), entry.problem(), "Correct the range of video '" + id + "'"));
      } else {
        keep(new Candidate(id, List.of(source.path().toString()), entry.from(), entry.to()));
        videos.add(
            new InspectedVideo(
                id,
                source.path().toString(),
                source.name(),
                entry.to() - entry.from(),
                layout.crops(),
                layout.dim(),
                layout.header().dtype().toString()));
      }
    }
    List<String> warnings =
        index.uncovered() == 0
            ? List.of()
            : List.of(
                index.uncovered()
                    + " of the "
                    + layout.segments()
                    + " segments of "
                    + source.name()
                    + " belong to no range and are left out");
    return new Inspection(videos, bad, warnings, 0);
  }
}
