package org.c2fpl.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.c2fpl.errors.DataException;
import org.c2fpl.testing.ParquetTables;
import org.c2fpl.testing.ParquetTables.Layout;
import org.c2fpl.workspace.ParquetCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Parquet files in every codec: refused by the check, by the careful reader, or read to the end.
 */
class ParquetFuzzTest {
  private static final Set<String> COLUMNS = Set.of("video_id", "segment_index", "features");

  @TempDir Path folder;

  @Test
  void tables() throws Exception {
    List<byte[]> valid = new ArrayList<>();
    for (CompressionCodecName codec :
        List.of(
            CompressionCodecName.UNCOMPRESSED,
            CompressionCodecName.SNAPPY,
            CompressionCodecName.GZIP,
            CompressionCodecName.ZSTD,
            CompressionCodecName.LZ4,
            CompressionCodecName.LZ4_RAW)) {
      for (Layout layout :
          List.of(Layout.of(codec).withDictionary(), Layout.of(codec).ofVersion2())) {
        Path file = folder.resolve(valid.size() + ".parquet");
        ParquetTables.write(file, layout, 6, "a", "bb");
        valid.add(Files.readAllBytes(file));
      }
    }
    Configuration plain = new Configuration();
    plain.set("fs.file.impl", "org.apache.hadoop.fs.RawLocalFileSystem");
    plain.setBoolean("fs.file.impl.disable.cache", true);
    org.apache.hadoop.fs.Path file =
        new org.apache.hadoop.fs.Path(folder.resolve("fuzzed.parquet").toUri());
    Fuzzing.Outcomes outcomes =
        Fuzzing.run(
            "parquet",
            900,
            valid,
            input -> {
              Files.write(folder.resolve("fuzzed.parquet"), input);
              FileStatus status = file.getFileSystem(plain).getFileStatus(file);
              ParquetCheck.check(status, COLUMNS, plain, "it", "Leave it out");
              int rows = 0;
              try {
                rows = ParquetTables.rows(file, plain);
              } catch (Exception e) {
                // Stages recognise it by Spark's message.
                throw new DataException("refused by the reader", e);
              }
              assertThat(rows).isNotNegative();
            });
    assertThat(outcomes.accepted()).isPositive();
    assertThat(outcomes.refused65()).isPositive();
  }
}
