package org.c2fpl.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.c2fpl.testing.SharedSpark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WrittenRowsTest {
  @TempDir Path folder;

  @Test
  void rowsAreFollowedByTheTasksOfTheirOwnJobs() throws Exception {
    SparkSession spark = SharedSpark.session();
    List<Long> heard = new ArrayList<>();
    WrittenRows tasks = new WrittenRows("mine", heard::add);
    spark.sparkContext().addSparkListener(tasks);
    spark.range(0, 50, 1, 2).write().parquet(folder.resolve("others").toString());
    spark.sparkContext().setLocalProperty(WrittenRows.JOB, "mine");
    spark.range(0, 100, 1, 4).write().parquet(folder.resolve("mine").toString());
    spark.sparkContext().setLocalProperty(WrittenRows.JOB, null);
    spark.range(0, 50, 1, 2).write().parquet(folder.resolve("more").toString());
    spark.sparkContext().listenerBus().waitUntilEmpty();
    spark.sparkContext().removeSparkListener(tasks);
    assertThat(heard).containsExactly(25L, 50L, 75L, 100L);
  }
}
