package org.c2fpl.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.Failures;
import org.c2fpl.stage.StageContext;
import org.c2fpl.testing.Fixtures;
import org.c2fpl.testing.ParquetTables;
import org.c2fpl.testing.SharedSpark;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables of the workspace in every codec, damaged where no file system notices it. */
class DamagedTableTest {
  private static final Leaf LEAF = Leaf.of(Table.VIDEO_STATS, "train", "0");
  private static final String CODEC = "spark.sql.parquet.compression.codec";

  @TempDir Path folder;

  private Path onlyFile() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(LEAF.path()))) {
      return files.filter(file -> file.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
  }

  private static void assertRefused(StageContext context, Path file) {
    assertThatThrownBy(
            () ->
                assertTimeoutPreemptively(
                    Duration.ofSeconds(60), () -> Fixtures.rows(context, LEAF)))
        .satisfies(
            failure ->
                assertThat(Failures.meaning(failure).orElseThrow(() -> new AssertionError(failure)))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("damaged"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "snappy", "gzip", "zstd", "lz4", "lz4_raw"})
  void isRefusedByName(String codec) throws IOException {
    StageContext context = Fixtures.context(folder);
    List<Row> rows =
        Stream.iterate(0, n -> n + 1)
            .limit(40)
            .map(n -> RowFactory.create("video-" + n, n, 1.0 / n, 0.5))
            .toList();
    SharedSpark.session().conf().set(CODEC, codec);
    try {
      Fixtures.put(context, LEAF, rows);
    } finally {
      SharedSpark.session().conf().unset(CODEC);
    }
    Path file = onlyFile();
    Files.delete(file.resolveSibling("." + file.getFileName() + ".crc"));
    byte[] sound = Files.readAllBytes(file);
    assertThat(Fixtures.rows(context, LEAF)).hasSize(40);

    ParquetTables.flip(file, "norm_mean", 20);
    assertRefused(context, file);

    // Snappy and LZ4 would wait for the bytes for ever.
    Files.write(file, sound);
    ParquetTables.changeHeader(
        file,
        "norm_mean",
        header -> header.setUncompressed_page_size(header.getUncompressed_page_size() + 1));
    if (!codec.equals("none")) {
      assertRefused(context, file);
    }
  }
}
