package org.c2fpl.segments;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.c2fpl.stage.StageContext;
import org.c2fpl.testing.Fixtures;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeenSegmentsTest {
  private static final Leaf SEGMENTS = Leaf.of(Table.SEGMENTS, "test", "0");

  @TempDir Path folder;

  @Test
  void binsAreTheMeansOfTheirSegmentsWhateverTheOrderOfRows() {
    StageContext context = Fixtures.context(folder);
    // Video long has 6 segments with values j and 10 j; short has one.
    List<Row> rows = new ArrayList<>();
    for (int j = 0; j < 6; j++) {
      rows.add(RowFactory.create("long", j, Fixtures.bytes(j, 10 * j)));
    }
    rows.add(RowFactory.create("short", 0, Fixtures.bytes(7, 8)));
    put(context, Fixtures.shuffled(rows, 1));

    List<String> bins = new ArrayList<>();
    for (Row row :
        SeenSegments.read(context, List.of(SEGMENTS), 4)
            .orderBy("video_id", "segment_index")
            .collectAsList()) {
      ByteBuffer values = ByteBuffer.wrap(row.getAs(2)).order(ByteOrder.LITTLE_ENDIAN);
      bins.add(
          row.getString(0) + row.getInt(1) + ": " + values.getFloat() + " " + values.getFloat());
    }

    // Edges of 6 segments in 4 bins: 0, 1, 3, 4, 6.
    assertThat(bins)
        .containsExactly(
            "long0: 0.0 0.0",
            "long1: 1.5 15.0",
            "long2: 3.0 30.0",
            "long3: 4.5 45.0",
            "short0: 7.0 8.0",
            "short1: 7.0 8.0",
            "short2: 7.0 8.0",
            "short3: 7.0 8.0");
  }

  @Test
  void everySegmentTakesTheRowOfItsBin() {
    StageContext context = Fixtures.context(folder);
    List<Row> rows = new ArrayList<>();
    for (int j = 0; j < 6; j++) {
      rows.add(RowFactory.create("long", j, Fixtures.bytes(j, 0)));
    }
    rows.add(RowFactory.create("short", 0, Fixtures.bytes(7, 8)));
    rows.add(RowFactory.create("short", 1, Fixtures.bytes(9, 9)));
    put(context, rows);
    Dataset<Row> bins =
        SeenSegments.read(context, List.of(SEGMENTS), 4).select("video_id", "segment_index");

    List<String> expanded =
        SeenSegments.expand(context, bins.withColumn("bin", bins.col("segment_index")), SEGMENTS)
            .orderBy("video_id", "segment_index")
            .select("video_id", "segment_index", "bin")
            .collectAsList()
            .stream()
            .map(Row::toString)
            .toList();

    assertThat(expanded)
        .containsExactly(
            "[long,0,0]",
            "[long,1,1]",
            "[long,2,1]",
            "[long,3,2]",
            "[long,4,3]",
            "[long,5,3]",
            "[short,0,1]",
            "[short,1,3]");
  }

  @Test
  void withoutAFixedNumberTheSegmentsAreReadAsTheyAre() {
    StageContext context = Fixtures.context(folder);
    put(context, List.of(RowFactory.create("v", 0, Fixtures.bytes(1, 2))));

    assertThat(SeenSegments.read(context, List.of(SEGMENTS), 0).count()).isEqualTo(1);
    assertThat(context.workspace().leaves(Table.POOLED_SEGMENTS)).isEmpty();
  }

  private static void put(StageContext context, List<Row> rows) {
    Fixtures.put(
        context,
        SEGMENTS,
        rows,
        3,
        details -> details.put("crops", 1).put("dim", 2).put("frames_per_segment", 16));
  }
}
