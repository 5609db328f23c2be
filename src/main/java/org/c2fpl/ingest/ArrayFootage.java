package org.c2fpl.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.c2fpl.errors.DataException;
import org.c2fpl.formats.NpyHeader;
import org.c2fpl.formats.features.ArrayLayout;
import org.c2fpl.formats.features.Axes;
import org.c2fpl.formats.features.ConcatIndex;
import org.c2fpl.formats.features.VideoIds;
import org.c2fpl.workspace.Table;

/** Videos in npy arrays: one per video, one per crop, or one for all videos. */
final class ArrayFootage implements Footage {
  /** Approximate bytes of arrays that a task reads. */
  private static final long TASK_BYTES = 256L << 20;

  /** Files whose headers a task inspects; opening a file on an object store takes a while. */
  private static final int HEADERS_PER_TASK = 64;

  private final SparkSession spark;
  private final IngestOptions options;
  private final Configuration hadoop;
  private final Broadcast<SerializableConfiguration> sharedHadoop;
  private final List<FileStatus> arrays;
  private final List<FileStatus> files;
  private final InputFiles.Found found;
  private final Map<String, Candidate> candidates = new HashMap<>();

  /**
   * A video and where its values are stored.
   *
   * @param paths one array, or one per crop
   * @param from first row of the video in the array
   * @param to row after the last; −1 for all rows
   */
  record Candidate(String videoId, List<String> paths, long from, long to)
      implements Serializable {}

  /** Either the video or what is wrong with it. */
  private record Outcome(InspectedVideo video, BadVideo bad) implements Serializable {}

  ArrayFootage(SparkSession spark, IngestOptions options) {
    this.spark = spark;
    this.options = options;
    this.hadoop = spark.sessionState().newHadoopConf();
    this.sharedHadoop =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .broadcast(new SerializableConfiguration(hadoop));
    InputFiles find = new InputFiles(hadoop);
    if (options.format() == FeatureFormat.CONCAT) {
      this.found = null;
      this.arrays = List.of(find.inputFile(options.inputs().get(0)));
      this.files = new ArrayList<>(arrays);
      files.add(find.file("--ranges", options.ranges()));
      if (options.names() != null) {
        files.add(find.file("--names", options.names()));
      }
    } else {
      this.found = find.arrays(options.inputs());
      this.arrays = found.arrays();
      this.files = arrays;
    }
  }

  @Override
  public List<FileStatus> files() {
    return files;
  }

  @Override
  public Inspection inspect() {
    return switch (options.format()) {
      case NPY -> inspectFiles(false);
      case NPY_PER_CROP -> inspectFiles(true);
      default -> inspectConcat();
    };
  }

  private Inspection inspectFiles(boolean perCrop) {
    List<BadVideo> bad = new ArrayList<>(found.bad());
    SortedMap<String, List<Path>> byId = new TreeMap<>();
    for (FileStatus array : arrays) {
      Path path = array.getPath();
      Optional<String> id =
          perCrop
              ? VideoIds.ofCropFile(path.getName()).map(VideoIds.CropFile::videoId)
              : Optional.of(VideoIds.ofFile(path.getName()));
      if (id.isEmpty()) {
        bad.add(
            bad(null, path, "its name does not end in __<crop>.npy", "Rename it or leave it out"));
        continue;
      }
      Optional<String> problem = VideoIds.problem(id.get());
      if (problem.isPresent()) {
        bad.add(bad(null, path, problem.get(), "Rename the file"));
      } else {
        byId.computeIfAbsent(id.get(), any -> new ArrayList<>()).add(path);
      }
    }
    List<Candidate> usable = new ArrayList<>();
    byId.forEach(
        (id, paths) -> {
          List<BadVideo> problems = perCrop ? cropProblems(id, paths) : duplicates(id, paths);
          bad.addAll(problems);
          if (problems.isEmpty()) {
            usable.add(new Candidate(id, inCropOrder(paths, perCrop), 0, -1));
          }
        });
    return inspected(usable, bad);
  }

  private static List<String> inCropOrder(List<Path> paths, boolean perCrop) {
    if (!perCrop) {
      return paths.stream().map(Path::toString).toList();
    }
    SortedMap<Integer, String> byCrop = new TreeMap<>();
    paths.forEach(path -> byCrop.put(crop(path), path.toString()));
    return List.copyOf(byCrop.values());
  }

  private static int crop(Path path) {
    return VideoIds.ofCropFile(path.getName()).orElseThrow().crop();
  }

  private static List<BadVideo> duplicates(String id, List<Path> paths) {
    List<BadVideo> bad = new ArrayList<>();
    for (int i = 0; paths.size() > 1 && i < paths.size(); i++) {
      Path other = paths.get(i == 0 ? 1 : 0);
      bad.add(duplicate(id, paths.get(i), other));
    }
    return bad;
  }

  private static BadVideo duplicate(String id, Path path, Path other) {
    return bad(
        id,
        path,
        "its video id '" + id + "' is also that of " + HadoopSource.shown(other),
        "Rename one of them or leave it out");
  }

  /** The crops must be 0 to k − 1, each once. */
  private static List<BadVideo> cropProblems(String id, List<Path> paths) {
    Map<Integer, Path> byCrop = new HashMap<>();
    for (Path path : paths) {
      Path other = byCrop.put(crop(path), path);
      if (other != null) {
        return List.of(duplicate(id, path, other));
      }
    }
    for (int crop = 0; crop < byCrop.size(); crop++) {
      if (!byCrop.containsKey(crop)) {
        return List.of(
            bad(
                id,
                paths.get(0),
                "crop " + crop + " of video '" + id + "' is missing",
                "Add " + id + "__" + crop + ".npy or leave the video out"));
      }
    }
    return List.of();
  }

  /** Reads the headers; a task reads some dozens of files. */
  private Inspection inspected(List<Candidate> usable, List<BadVideo> bad) {
    List<InspectedVideo> videos = new ArrayList<>();
    if (!usable.isEmpty()) {
      Broadcast<SerializableConfiguration> conf = sharedHadoop;
      Axes axes = options.axisOrder();
      int tasks = Math.max(parallelism(), usable.size() / HEADERS_PER_TASK);
      for (Outcome outcome :
          JavaSparkContext.fromSparkContext(spark.sparkContext())
              .parallelize(usable, Math.min(tasks, usable.size()))
              .map(candidate -> inspect(candidate, axes, conf.value().value()))
              .collect()) {
        if (outcome.bad() != null) {
          bad.add(outcome.bad());
        } else {
          videos.add(outcome.video());
        }
      }
      usable.forEach(candidate -> candidates.put(candidate.videoId(), candidate));
    }
    LeftOut leftOut = found.leftOut();
    return new Inspection(
        videos,
        bad,
        leftOut.count() == 0 ? List.of() : List.of(leftOut.toString()),
        leftOut.count());
  }

  private static Outcome inspect(Candidate candidate, Axes axes, Configuration hadoop)
      throws IOException {
    HadoopSource first = null;
    ArrayLayout firstLayout = null;
    for (String file : candidate.paths()) {
      HadoopSource source = new HadoopSource(new Path(file), hadoop);
      try {
        ArrayLayout layout = layout(source, axes);
        if (candidate.paths().size() > 1 && layout.header().shape().size() != 2) {
          throw unusable(
              source.path(),
              "its array has the shape " + layout.header().shapeText(),
              "A crop's array has the shape (segments, dim); use --format npy for all crops in one"
                  + " file");
        }
        if (first == null) {
          first = source;
          firstLayout = layout;
        } else if (!layout.header().shape().equals(firstLayout.header().shape())) {
          throw unusable(
              source.path(),
              "its shape is "
                  + layout.header().shapeText()
                  + ", that of "
                  + first.name()
                  + " is "
                  + firstLayout.header().shapeText(),
              "All crops of a video have the same shape; extract them again");
        }
      } catch (DataException e) {
        return new Outcome(null, new BadVideo(candidate.videoId(), file, e.getMessage()));
      }
    }
    int crops = firstLayout.crops() * candidate.paths().size();
    String dtype = firstLayout.header().dtype().toString();
    return new Outcome(
        new InspectedVideo(
            candidate.videoId(),
            candidate.paths().get(0),
            first.name(),
            firstLayout.segments(),
            crops,
            firstLayout.dim(),
            dtype),
        null);
  }

  /** The layout of an array; checks that the file has the length that its header gives. */
  static ArrayLayout layout(HadoopSource source, Axes axes) throws IOException {
    NpyHeader header;
    try (InputStream in = source.open(0)) {
      header = NpyHeader.read(in, source.name());
    }
    header.checkLength(source.length(), source.name());
    return ArrayLayout.of(header, axes, source.name());
  }

  private Inspection inspectConcat() {
    Path path = arrays.get(0).getPath();
    try {
      HadoopSource array = new HadoopSource(path, hadoop);
      ArrayLayout layout = layout(array, Axes.SEGMENTS_CROPS_DIM);
      if (layout.fortranOrder()) {
        throw unusable(
            path,
            "it is in Fortran order, which scatters each segment over the whole file",
            "Save it with numpy.ascontiguousarray");
      }
      ConcatIndex index =
          ConcatIndex.read(
              new HadoopSource(files.get(1).getPath(), hadoop), names(), layout.segments());
      return concatInspection(index, layout, array);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> names() throws IOException {
    if (options.names() == null) {
      return null;
    }
    HadoopSource source = new HadoopSource(files.get(2).getPath(), hadoop);
    try (InputStream in = source.open(0)) {
      return ConcatIndex.readNames(in, source.name());
    }
  }

  private Inspection concatInspection(ConcatIndex index, ArrayLayout layout, HadoopSource array) {
    Path ranges = files.get(1).getPath();
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
        bad.add(bad(null, files.get(2).getPath(), named, "Change the name"));
      } else if (uses.get(id) > 1) {
        String named =
            "line " + (row + 1) + ": '" + id + "' is the name of " + uses.get(id) + " videos";
        bad.add(bad(id, files.get(2).getPath(), named, "Give each video its own name"));
      } else if (entry.problem() != null) {
        bad.add(bad(id, ranges, entry.problem(), "Correct the range of video '" + id + "'"));
      } else {
        candidates.put(
            id, new Candidate(id, List.of(array.path().toString()), entry.from(), entry.to()));
        videos.add(
            new InspectedVideo(
                id,
                array.path().toString(),
                array.name(),
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
                    + array.name()
                    + " belong to no range and are left out");
    return new Inspection(videos, bad, warnings, 0);
  }

  @Override
  public Dataset<Row> segments(
      Inspection inspection, Set<String> videoIds, CollectionAccumulator<BadVideo> bad) {
    List<Slice> slices = new ArrayList<>();
    for (InspectedVideo video :
        inspection.videos().stream().filter(v -> videoIds.contains(v.videoId())).toList()) {
      slices.addAll(cut(video, candidates.get(video.videoId()), options.axisOrder(), TASK_BYTES));
    }
    Broadcast<SerializableConfiguration> conf = sharedHadoop;
    List<List<Slice>> tasks = balanced(slices, parallelism());
    return spark.createDataFrame(
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(tasks, tasks.size())
            .flatMap(task -> new SliceRows(task, conf.value().value(), bad)),
        Table.SEGMENTS.schema());
  }

  /** Cuts a video into slices of at most {@code taskBytes}, or of one segment. */
  static List<Slice> cut(InspectedVideo video, Candidate candidate, Axes axes, long taskBytes) {
    long bytes = (long) Float.BYTES * video.crops() * video.dim();
    long step = Math.max(1, taskBytes / bytes);
    List<Slice> slices = new ArrayList<>();
    for (long from = 0; from < video.segments(); from += step) {
      long to = Math.min(from + step, video.segments());
      slices.add(
          new Slice(video.videoId(), candidate.paths(), axes, candidate.from(), from, to, bytes));
    }
    return slices;
  }

  /** Cuts the slices, in their order, into groups of about the same number of bytes. */
  static List<List<Slice>> balanced(List<Slice> slices, int parallelism) {
    long total = slices.stream().mapToLong(Slice::bytes).sum();
    long groups =
        Math.min(slices.size(), Math.max(parallelism, (total + TASK_BYTES - 1) / TASK_BYTES));
    SortedMap<Long, List<Slice>> byGroup = new TreeMap<>();
    double before = 0;
    for (Slice slice : slices) {
      double middle = before + slice.bytes() / 2.0;
      long group = Math.min(groups - 1, (long) (middle / total * groups));
      byGroup.computeIfAbsent(group, any -> new ArrayList<>()).add(slice);
      before += slice.bytes();
    }
    return new ArrayList<>(byGroup.values());
  }

  private int parallelism() {
    return Math.max(1, spark.sparkContext().defaultParallelism());
  }

  private static BadVideo bad(String id, Path path, String found, String whatToDo) {
    return new BadVideo(id, path.toString(), unusable(path, found, whatToDo).getMessage());
  }

  private static DataException unusable(Path path, String found, String whatToDo) {
    return new DataException(
        "Cannot use " + HadoopSource.shown(path) + ": " + found + ". " + whatToDo + ".");
  }
}
