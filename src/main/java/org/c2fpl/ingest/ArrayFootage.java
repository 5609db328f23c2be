package org.c2fpl.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function2;
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
import org.c2fpl.workspace.Table;

/** Videos in npy arrays, read by tasks in slices of about equal size. */
abstract class ArrayFootage implements Footage {
  /** Approximate bytes of arrays that a task reads. */
  private static final long TASK_BYTES = 256L << 20;

  /** Files whose headers a task inspects; opening a file on an object store takes a while. */
  private static final int HEADERS_PER_TASK = 64;

  private final SparkSession spark;
  private final IngestOptions options;
  private final Configuration hadoop;
  private final Broadcast<SerializableConfiguration> sharedHadoop;
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

  ArrayFootage(SparkSession spark, IngestOptions options) {
    this.spark = spark;
    this.options = options;
    this.hadoop = spark.sessionState().newHadoopConf();
    this.sharedHadoop =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .broadcast(new SerializableConfiguration(hadoop));
  }

  final IngestOptions options() {
    return options;
  }

  final Configuration hadoop() {
    return hadoop;
  }

  /** Keeps where a video is stored, for {@link #segments}. */
  final void keep(Candidate candidate) {
    candidates.put(candidate.videoId(), candidate);
  }

  /** Runs a function of candidates and Hadoop's settings in tasks of some dozens of candidates. */
  final <T> List<T> inTasks(
      List<Candidate> videos, Function2<Candidate, Configuration, T> function) {
    Broadcast<SerializableConfiguration> conf = sharedHadoop;
    int tasks = Math.max(parallelism(), videos.size() / HEADERS_PER_TASK);
    return JavaSparkContext.fromSparkContext(spark.sparkContext())
        .parallelize(videos, Math.min(tasks, videos.size()))
        .map(candidate -> function.call(candidate, conf.value().value()))
        .collect();
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

  static BadVideo bad(String id, Path path, String found, String whatToDo) {
    return new BadVideo(id, path.toString(), unusable(path, found, whatToDo).getMessage());
  }

  static DataException unusable(Path path, String found, String whatToDo) {
    return new DataException(
        "Cannot use " + HadoopSource.shown(path) + ": " + found + ". " + whatToDo + ".");
  }
}
