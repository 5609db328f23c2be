package org.c2fpl.method.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConfusionTest {
  @Test
  void ratesAreSharesOfCounts() {
    Confusion confusion = new Confusion(3, 1, 2, 10);
    assertThat(confusion.total()).isEqualTo(16);
    assertThat(confusion.accuracy()).isEqualTo(13 / 16.0);
    assertThat(confusion.precision()).isEqualTo(0.75);
    assertThat(confusion.recall()).isEqualTo(0.6);
    assertThat(confusion.f1()).isEqualTo(6 / 9.0);
    assertThat(confusion.labelledShare()).isEqualTo(0.25);
    assertThat(confusion.trueShare()).isEqualTo(5 / 16.0);
  }

  @Test
  void aShareOfNothingIsNull() {
    Confusion nothingAnomalous = new Confusion(0, 0, 0, 4);
    assertThat(nothingAnomalous.accuracy()).isEqualTo(1);
    assertThat(nothingAnomalous.precision()).isNull();
    assertThat(nothingAnomalous.recall()).isNull();
    assertThat(nothingAnomalous.f1()).isNull();
    assertThat(nothingAnomalous.trueShare()).isZero();
    assertThat(new Confusion(0, 0, 0, 0).accuracy()).isNull();
  }
}
