package org.c2fpl.segments;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.c2fpl.ingest.IngestStage;
import org.c2fpl.method.statistics.NormKind;
import org.c2fpl.method.statistics.SegmentNorm;
import org.c2fpl.testing.Fixtures;
import org.c2fpl.testing.SharedSpark;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureRunsTest {
  private static final int DIM = 9_000;

  @TempDir Path folder;

  @Test
  void numbersAreThoseOfTheFeaturesHoweverTheyAreStored() throws Exception {
    List<Row> rows = new ArrayList<>();
    TreeMap<String, Double> expected = new TreeMap<>();
    Random random = new Random(2);
    for (int v = 0; v < 3; v++) {
      for (int j = 0; j < 200; j++) {
        byte[] features = features(random);
        rows.add(RowFactory.create("vidéo " + v, j, features));
        expected.put(v + " " + j, SegmentNorm.meanNorm(features, 1, DIM));
      }
    }
    Dataset<Row> segments =
        SharedSpark.session().createDataFrame(rows, Table.SEGMENTS.schema()).coalesce(1);
    // As ingested: several row groups, and segments whose bytes cross the blocks that are read.
    Path ingested = folder.resolve("ingested");
    IngestStage.write(segments, new org.apache.hadoop.fs.Path(ingested.toString()));
    Leaf leaf = Leaf.of(Table.SEGMENTS, "train", "0");
    Fixtures.complete(ingested, leaf, rows.size());
    assertThat(norms(ingested)).isEqualTo(expected);
    Path compressed = folder.resolve("compressed");
    segments.write().option("compression", "zstd").parquet(compressed.toString());
    Fixtures.complete(compressed, leaf, rows.size());
    assertThat(norms(compressed)).isEqualTo(expected);
  }

  private static TreeMap<String, Double> norms(Path leaf) {
    SegmentNumber norm =
        (bytes, from, length) -> SegmentNorm.mean(NormKind.L2, bytes, from, length, 1, DIM);
    TreeMap<String, Double> found = new TreeMap<>();
    for (SegmentRun run :
        FeatureRuns.of(SharedSpark.session(), new org.apache.hadoop.fs.Path(leaf.toString()), norm)
            .collectAsList()) {
      for (int i = 0; i < run.getNumbers().length; i++) {
        String video = run.getVideoId().replace("vidéo ", "");
        found.put(video + " " + (run.getFirst() + i), run.getNumbers()[i]);
      }
    }
    return found;
  }

  private static byte[] features(Random random) {
    ByteBuffer bytes = ByteBuffer.allocate(DIM * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int d = 0; d < DIM; d++) {
      bytes.putFloat(random.nextFloat());
    }
    return bytes.array();
  }
}
