package org.c2fpl.ingest;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.c2fpl.errors.DataException;
import org.c2fpl.formats.features.ArrayLayout;
import org.c2fpl.formats.features.Axes;
import org.c2fpl.formats.features.AxesDoubt;
import org.c2fpl.formats.features.VideoIds;

/** Videos in separate npy files: one per video, or one per crop. */
final class FileArrays extends ArrayFootage {
  private final boolean perCrop;
  private final InputFiles.Found found;

  /** Either the video or its problem. */
  private record Outcome(InspectedVideo video, BadVideo bad) implements Serializable {}

  FileArrays(SparkSession spark, IngestOptions options, boolean perCrop) {
    super(spark, options);
    this.perCrop = perCrop;
    this.found = new InputFiles(hadoop()).arrays(options.inputs());
  }

  @Override
  public List<FileStatus> files() {
    return found.arrays();
  }

  @Override
  public Map<String, Object> parameters() {
    return perCrop ? Map.of() : Map.of("axes", options().axisOrder().toString());
  }

  @Override
  public Optional<AxesDoubt> doubt(List<InspectedVideo> videos, InspectedVideo commonest) {
    return AxesDoubt.of(
        videos.stream()
            .map(
                video ->
                    new AxesDoubt.Video(video.segments(), perCrop ? 1 : video.crops(), video.dim()))
            .toList());
  }

  @Override
  public Inspection inspect() {
    List<BadVideo> bad = new ArrayList<>(found.bad());
    SortedMap<String, List<Path>> byId = new TreeMap<>();
    for (FileStatus array : found.arrays()) {
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
            usable.add(new Candidate(id, inCropOrder(paths), 0, -1));
          }
        });
    return inspected(usable, bad);
  }

  private List<String> inCropOrder(List<Path> paths) {
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
      Axes axes = options().axisOrder();
      for (Outcome outcome : inTasks(usable, (candidate, conf) -> inspect(candidate, axes, conf))) {
        if (outcome.bad() != null) {
          bad.add(outcome.bad());
        } else {
          videos.add(outcome.video());
        }
      }
      usable.forEach(this::keep);
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
}
