package org.c2fpl.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.c2fpl.gpu.SparkOperators;
import org.c2fpl.testing.PlannedWorkspace;
import org.c2fpl.testing.SharedSpark;
import org.junit.jupiter.api.Test;

class PlannedQueriesTest {
  @Test
  void everyStageShowsTheQueriesThatItRunsAndWhatIsNone() {
    SparkSession spark = SharedSpark.session();
    int persisted = spark.sparkContext().getPersistentRDDs().size();

    List<PlannedQueries.OfStage> stages =
        PlannedQueries.of(spark, PlannedWorkspace.method(/* standardize= */ true), 2);

    assertThat(stages)
        .extracting(PlannedQueries.OfStage::name)
        .containsExactly("stats", "coarse", "fine", "train", "score", "evaluate");
    assertThat(part(stages, "stats", "feature_profile").query()).isNull();
    assertThat(part(stages, "stats", "segment_norms").note())
        .contains("only the plain l2 norm has a form for the GPU");
    assertThat(part(stages, "coarse", "clustering divisive").note()).contains("MLlib");
    assertThat(operators(stages, "fine", "whole videos, with their coarse labels"))
        .anyMatch(operator -> operator.strip().equals("Exchange"))
        .anyMatch(operator -> operator.strip().equals("Sort"));
    assertThat(operators(stages, "fine", "fine_labels"))
        .as("labels are made from cached rows")
        .anyMatch(operator -> operator.contains("InMemoryTableScan"));
    assertThat(part(stages, "score", "segment_scores").query()).isNull();
    assertThat(operators(stages, "evaluate", "frames by score, in descending order"))
        .anyMatch(operator -> operator.contains("InMemoryTableScan"))
        .first()
        .asString()
        .contains("Sort");
    assertThat(spark.sparkContext().getPersistentRDDs().size()).isEqualTo(persisted);
  }

  private static List<String> operators(
      List<PlannedQueries.OfStage> stages, String stage, String what) {
    return SparkOperators.of(part(stages, stage, what).query());
  }

  private static PlannedQueries.Part part(
      List<PlannedQueries.OfStage> stages, String stage, String what) {
    return stages.stream()
        .filter(each -> each.name().equals(stage))
        .flatMap(each -> each.parts().stream())
        .filter(part -> part.what().startsWith(what))
        .findFirst()
        .orElseThrow();
  }
}
