package org.c2fpl.segments;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.c2fpl.testing.Fixtures;
import org.c2fpl.testing.SharedSpark;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureScanTest {
  @TempDir Path folder;

  @Test
  void readsFilesInTheOrderOfTheirNamesFromFoldersWithCommas() throws Exception {
    Path first = Files.createDirectories(folder.resolve("a, b/batch=0"));
    Path second = Files.createDirectories(folder.resolve("z/batch=1"));
    write(second, "part-00000.parquet", "v4", 3);
    write(first, "part-00002.parquet", "v3", 2);
    write(first, "part-00001.parquet", "v1", 2);
    Files.writeString(first.resolve("_SUCCESS"), "");
    Fixtures.complete(first, Leaf.of(Table.SEGMENTS, "train", "0"), 4);
    Fixtures.complete(second, Leaf.of(Table.SEGMENTS, "train", "1"), 3);
    assertThat(read(first, second))
        .containsExactly("v1/0", "v1/1", "v3/0", "v3/1", "v4/0", "v4/1", "v4/2");
  }

  @Test
  void ofNoFilesThereAreNone() throws Exception {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    Fixtures.complete(empty, Leaf.of(Table.SEGMENTS, "train", "0"), 0);
    assertThat(read(empty)).isEmpty();
  }

  @Test
  void tasksAreFewButEndTogether() {
    assertThat(FeatureScan.tasks(0, 2)).isEqualTo(1);
    assertThat(FeatureScan.tasks(5, 2)).isEqualTo(5);
    assertThat(FeatureScan.tasks(48, 2)).isEqualTo(16);
    assertThat(FeatureScan.tasks(1001, 2)).isEqualTo(251);
    assertThat(FeatureScan.tasks(1001, 200)).isEqualTo(1001);
  }

  private static List<String> read(Path... leaves) {
    List<org.apache.hadoop.fs.Path> folders =
        Stream.of(leaves).map(leaf -> new org.apache.hadoop.fs.Path(leaf.toUri())).toList();
    return FeatureScan.of(SharedSpark.session(), folders)
        .map(
            record -> {
              // The features are equal at any position in memory.
              int index =
                  ByteBuffer.wrap(record.bytes(), record.from(), record.length())
                      .order(ByteOrder.LITTLE_ENDIAN)
                      .getInt();
              assertThat(index).isEqualTo(record.segmentIndex());
              return record.videoId() + "/" + record.segmentIndex();
            })
        .collect();
  }

  private void write(Path leaf, String name, String video, int segments) throws Exception {
    List<Row> rows = new ArrayList<>();
    for (int j = 0; j < segments; j++) {
      byte[] features = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(j).array();
      rows.add(RowFactory.create(video, j, features));
    }
    Path written = folder.resolve("written");
    SharedSpark.session()
        .createDataFrame(rows, Table.SEGMENTS.schema())
        .coalesce(1)
        .write()
        .mode("overwrite")
        .parquet(written.toString());
    try (Stream<Path> files = Files.list(written)) {
      Files.move(
          files.filter(file -> file.toString().endsWith(".parquet")).findFirst().orElseThrow(),
          leaf.resolve(name));
    }
  }
}
