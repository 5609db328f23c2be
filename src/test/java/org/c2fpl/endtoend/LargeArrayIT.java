package org.c2fpl.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.assertj.core.data.Percentage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.testing.Fixtures;
import org.c2fpl.testing.Launcher;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One concatenated array that is larger than the heap passes through ingest and stats: 10 crops ×
 * 2048, a heap of 1 GB. {@code -Dc2fpl.large.gib=4} makes it larger.
 */
class LargeArrayIT {
  private static final int CROPS = 10;
  private static final int DIM = 2048;
  private static final int VIDEOS = 37;

  @TempDir Path folder;

  @Test
  void passesThroughAHeapOfOneGigabyte() throws Exception {
    double gib = Double.parseDouble(System.getProperty("c2fpl.large.gib", "1.25"));
    int segments = (int) (gib * (1L << 30) / ((long) CROPS * DIM * Float.BYTES));
    writeFootage(segments);
    writeRanges(segments);
    Path workspace = folder.resolve("w");
    Launcher launcher = new Launcher(folder).with("C2FPL_DRIVER_MEMORY", "1g");

    long start = System.nanoTime();
    Launcher.Ended ingest =
        launcher.run(
            "ingest",
            "--workspace",
            workspace.toString(),
            "--split",
            "train",
            "--format",
            "concat",
            "--input",
            folder.resolve("concat.npy").toString(),
            "--ranges",
            folder.resolve("nalist.npy").toString());
    assertThat(ingest.exitCode()).as(ingest.output()).isZero();
    Launcher.Ended stats = launcher.run("stats", "--workspace", workspace.toString());
    assertThat(stats.exitCode()).as(stats.output()).isZero();
    System.out.printf(
        "%.2f GiB through ingest and stats in %.0f s%n%s%s",
        gib, (System.nanoTime() - start) / 1e9, ingest.output(), stats.output());

    StageContext context = Fixtures.context(workspace);
    Leaf norms = Leaf.of(Table.SEGMENT_NORMS, "train", "0");
    List<Row> sample =
        context
            .workspace()
            .read(context.spark(), norms)
            .filter("video_id in ('video_00000', 'video_00036')")
            .collectAsList();
    assertThat(context.workspace().read(context.spark(), norms).count()).isEqualTo(segments);
    assertThat(sample).isNotEmpty();
    for (Row row : sample) {
      int video = Integer.parseInt(row.<String>getAs("video_id").substring("video_".length()));
      int segment = from(video, segments) + row.<Integer>getAs("segment_index");
      // Every value of a crop is the same, see writeFootage.
      double expected = 0;
      for (int crop = 0; crop < CROPS; crop++) {
        expected += Math.sqrt(DIM) * value(segment, crop) / CROPS;
      }
      assertThat(row.<Double>getAs("norm")).isCloseTo(expected, Percentage.withPercentage(1e-7));
    }
  }

  private static float value(int segment, int crop) {
    return 1 + (segment * 31L + crop * 7L) % 1000 / 64f;
  }

  private static int from(int video, int segments) {
    return (int) ((long) segments * video / VIDEOS);
  }

  private void writeFootage(int segments) throws IOException {
    ByteBuffer row = ByteBuffer.allocate(CROPS * DIM * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try (OutputStream out =
        new BufferedOutputStream(Files.newOutputStream(folder.resolve("concat.npy")), 1 << 20)) {
      out.write(header("<f4", "(" + segments + ", " + CROPS + ", " + DIM + ")"));
      for (int segment = 0; segment < segments; segment++) {
        row.clear();
        for (int crop = 0; crop < CROPS; crop++) {
          float value = value(segment, crop);
          for (int d = 0; d < DIM; d++) {
            row.putFloat(value);
          }
        }
        out.write(row.array());
      }
    }
  }

  private void writeRanges(int segments) throws IOException {
    ByteBuffer ranges = ByteBuffer.allocate(VIDEOS * 2 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int video = 0; video < VIDEOS; video++) {
      ranges.putLong(from(video, segments)).putLong(from(video + 1, segments));
    }
    try (OutputStream out = Files.newOutputStream(folder.resolve("nalist.npy"))) {
      out.write(header("<i8", "(" + VIDEOS + ", 2)"));
      out.write(ranges.array());
    }
  }

  private static byte[] header(String type, String shape) {
    String dictionary =
        "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }";
    int length = (dictionary.length() + 11 + 63) / 64 * 64 - 10;
    ByteBuffer header = ByteBuffer.allocate(10 + length).order(ByteOrder.LITTLE_ENDIAN);
    header.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) length);
    header.put(dictionary.getBytes(StandardCharsets.US_ASCII));
    while (header.remaining() > 1) {
      header.put((byte) ' ');
    }
    return header.put((byte) '\n').array();
  }
}
