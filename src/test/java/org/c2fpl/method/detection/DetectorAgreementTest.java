package org.c2fpl.method.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DetectorAgreementTest {
  @Test
  void countsWhatBothCallTheSame() {
    DetectorAgreement agreement = new DetectorAgreement(3, 1, 2, 10);
    assertThat(agreement.segments()).isEqualTo(16);
    assertThat(agreement.share()).isEqualTo(13 / 16.0);
    assertThat(agreement.jaccard()).isEqualTo(0.5);
  }

  @Test
  void isUndefinedWhereThereIsNothingToAgreeOn() {
    assertThat(new DetectorAgreement(0, 0, 0, 0).share()).isNull();
    DetectorAgreement quiet = new DetectorAgreement(0, 0, 0, 5);
    assertThat(quiet.share()).isEqualTo(1.0);
    assertThat(quiet.jaccard()).isNull();
    assertThatThrownBy(() -> new DetectorAgreement(0, -1, 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
