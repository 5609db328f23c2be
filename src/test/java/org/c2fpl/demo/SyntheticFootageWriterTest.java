package org.c2fpl.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.c2fpl.demo.SyntheticFootage.Size;
import org.c2fpl.demo.SyntheticFootage.Video;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyntheticFootageWriterTest {
  private static final SyntheticFootage FOOTAGE = new SyntheticFootage(2, new Size(5, 4, 2, 40));

  @TempDir private Path folder;

  @Test
  void everyVideoIsAReadableArrayOfItsFeatures() throws IOException {
    write();
    for (Video video : Stream.concat(FOOTAGE.videos("train"), FOOTAGE.videos("test")).toList()) {
      Path file = folder.resolve(video.split()).resolve(video.id() + ".npy");
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      byte[] magic = new byte[8];
      bytes.get(magic);
      assertThat(magic).isEqualTo(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
      byte[] header = new byte[bytes.getShort()];
      bytes.get(header);
      assertThat(bytes.position() % 64).isZero();
      assertThat(new String(header, StandardCharsets.US_ASCII))
          .startsWith(
              "{'descr': '<f4', 'fortran_order': False, 'shape': ("
                  + video.segments()
                  + ", 2, 40), }")
          .endsWith("\n");
      assertThat(bytes.remaining()).isEqualTo(video.segments() * 2 * 40 * 4);
      FOOTAGE.features(
          video,
          (segment, features) -> {
            for (float value : features) {
              assertThat(bytes.getFloat()).isEqualTo(value);
            }
          });
    }
  }

  @Test
  void theAnnotationsHoldEveryVideoOfBothSplits() throws IOException {
    write();
    List<String> lines = Files.readAllLines(folder.resolve("annotations.csv"));
    assertThat(lines.get(0)).isEqualTo("video_id,split,label,frames,anomalies");
    assertThat(lines).hasSize(1 + 5 + 4);
    Video anomalous = FOOTAGE.videos("test").filter(Video::anomalous).findFirst().orElseThrow();
    assertThat(lines)
        .filteredOn(line -> line.startsWith(anomalous.id() + ","))
        .singleElement()
        .asString()
        .startsWith(
            anomalous.id()
                + ",test,1,"
                + anomalous.frames()
                + ","
                + anomalous.anomalies().get(0).start()
                + "-"
                + anomalous.anomalies().get(0).end());
    assertThat(lines)
        .filteredOn(line -> line.contains(",0,"))
        .isNotEmpty()
        .allMatch(line -> line.endsWith(","));
  }

  @Test
  void writingAgainReplacesDamagedFilesAndLeavesNothingElse() throws IOException {
    write();
    Path file = folder.resolve("test").resolve(FOOTAGE.video("test", 0).id() + ".npy");
    byte[] before = Files.readAllBytes(file);
    Files.writeString(file, "cut");
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    write();
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(f -> f.toString().endsWith(".tmp"))).isEmpty();
    }
  }

  private void write() throws IOException {
    new SyntheticFootageWriter(FOOTAGE)
        .write(new org.apache.hadoop.fs.Path(folder.toUri()), new Configuration());
  }
}
