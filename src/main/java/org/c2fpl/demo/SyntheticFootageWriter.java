package org.c2fpl.demo;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.c2fpl.formats.CsvWriter;

/**
 * Writes synthetic footage like that of users: {@code train/<id>.npy} and {@code test/<id>.npy}
 * (float32, C order, (m, crops, dim), npy 1.0) and {@code annotations.csv}, on any Hadoop file
 * system.
 *
 * <p>Every file is written under its own hidden name and renamed, so readers never see half a file,
 * and writers may work in parallel. The annotations come last: if they exist, the footage is
 * complete. Memory is one segment.
 */
public final class SyntheticFootageWriter {
  /** Name of the annotations, next to the folders of the splits. */
  public static final String ANNOTATIONS = "annotations.csv";

  private static final int NPY_ALIGNMENT = 64;
  private static final int NPY_PREFIX = 10;
  private static final int BUFFER_BYTES = 1 << 16;

  private final SyntheticFootage footage;

  public SyntheticFootageWriter(SyntheticFootage footage) {
    this.footage = footage;
  }

  /** Writes both splits and the annotations below a folder; files of these names are replaced. */
  public void write(Path folder, Configuration configuration) throws IOException {
    FileSystem fileSystem = folder.getFileSystem(configuration);
    for (String split : List.of(SyntheticFootage.TRAIN, SyntheticFootage.TEST)) {
      Iterator<SyntheticFootage.Video> videos = footage.videos(split).iterator();
      while (videos.hasNext()) {
        writeVideo(fileSystem, folder, videos.next());
      }
    }
    writeAnnotations(fileSystem, folder);
  }

  /**
   * Writes one video's features to {@code <folder>/<split>/<id>.npy}; any process may do so for any
   * video.
   */
  public void writeVideo(FileSystem fileSystem, Path folder, SyntheticFootage.Video video)
      throws IOException {
    int crops = footage.size().crops();
    int dim = footage.size().dim();
    replace(
        fileSystem,
        new Path(new Path(folder, video.split()), video.id() + ".npy"),
        out -> {
          out.write(header(video.segments(), crops, dim));
          ByteBuffer segment =
              ByteBuffer.allocate(crops * dim * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
          footage.<IOException>features(
              video,
              (index, features) -> {
                segment.asFloatBuffer().put(features);
                out.write(segment.array());
              });
        });
  }

  /**
   * Writes {@code <folder>/annotations.csv}: {@code video_id,split,label,frames,anomalies}, both
   * splits.
   */
  public void writeAnnotations(FileSystem fileSystem, Path folder) throws IOException {
    replace(
        fileSystem,
        new Path(folder, ANNOTATIONS),
        out -> {
          Writer text = new OutputStreamWriter(out, StandardCharsets.UTF_8);
          CsvWriter csv =
              new CsvWriter(
                  text, "\n", List.of("video_id", "split", "label", "frames", "anomalies"));
          for (String split : List.of(SyntheticFootage.TRAIN, SyntheticFootage.TEST)) {
            Iterator<SyntheticFootage.Video> videos = footage.videos(split).iterator();
            while (videos.hasNext()) {
              SyntheticFootage.Video video = videos.next();
              csv.write(
                  video.id(),
                  video.split(),
                  video.anomalous() ? 1 : 0,
                  video.frames(),
                  anomalies(video));
            }
          }
          text.flush();
        });
  }

  private static String anomalies(SyntheticFootage.Video video) {
    return video.anomalies().isEmpty()
        ? null
        : video.anomalies().stream()
            .map(range -> range.start() + "-" + range.end())
            .collect(Collectors.joining(";"));
  }

  /**
   * The npy 1.0 preamble: magic, version, header length, dictionary padded to a multiple of 64
   * bytes.
   */
  private static byte[] header(int segments, int crops, int dim) {
    String dictionary =
        String.format(
            Locale.ROOT,
            "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d, %d), }",
            segments,
            crops,
            dim);
    int unpadded = NPY_PREFIX + dictionary.length() + 1;
    int total = (unpadded + NPY_ALIGNMENT - 1) / NPY_ALIGNMENT * NPY_ALIGNMENT;
    ByteBuffer header = ByteBuffer.allocate(total).order(ByteOrder.LITTLE_ENDIAN);
    header.put((byte) 0x93).put(utf8("NUMPY")).put((byte) 1).put((byte) 0);
    header.putShort((short) (total - NPY_PREFIX));
    header.put(utf8(dictionary + " ".repeat(total - unpadded) + "\n"));
    return header.array();
  }

  private interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private static void replace(FileSystem fileSystem, Path target, Content content)
      throws IOException {
    Path hidden =
        new Path(target.getParent(), "." + target.getName() + "." + UUID.randomUUID() + ".tmp");
    try {
      try (OutputStream out =
          new BufferedOutputStream(fileSystem.create(hidden, false), BUFFER_BYTES)) {
        content.writeTo(out);
      }
      if (!fileSystem.rename(hidden, target)) {
        // HDFS does not rename over an existing file. Another writer's file of this name has the
        // same bytes.
        fileSystem.delete(target, false);
        if (!fileSystem.rename(hidden, target)) {
          throw new IOException("Cannot rename " + hidden + " to " + target);
        }
      }
    } finally {
      fileSystem.delete(hidden, false);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
