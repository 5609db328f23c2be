package org.c2fpl.detector;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TrainingPlanTest {
  /** 20 epochs, 2 workers with batches of 128. */
  private static final TrainingPlan PLAN = TrainingPlan.standard(0).withEpochs(20);

  @Test
  void smallFootageGetsMoreEpochs() {
    // 10,589 segments are 41 whole batches a worker: 25 epochs are 1,025.
    assertThat(PLAN.withSteps(1000, 10_589).epochs()).isEqualTo(25);
    // Fewer segments than a batch still make one.
    assertThat(PLAN.withSteps(1000, 94).epochs()).isEqualTo(1000);
  }

  @Test
  void largeFootageKeepsTheEpochs() {
    assertThat(PLAN.withSteps(1000, 100_000).epochs()).isEqualTo(20);
    assertThat(PLAN.withSteps(0, 94).epochs()).isEqualTo(20);
  }
}
