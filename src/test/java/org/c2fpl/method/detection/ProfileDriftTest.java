package org.c2fpl.method.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.c2fpl.method.statistics.FeatureProfile;
import org.junit.jupiter.api.Test;

class ProfileDriftTest {
  private static final FeatureProfile MODEL =
      new FeatureProfile(new double[] {1, 10, 5}, new double[] {2, 0.5, 0});

  @Test
  void footageOfTheSameKindHasNotMoved() {
    assertThat(ProfileDrift.of(MODEL, MODEL)).isEqualTo(new ProfileDrift(0, 1));
  }

  @Test
  void measuresInDeviationsOfTheModel() {
    // z are (7 - 1) / 2 = 3 and (8 - 10) / 0.5 = -4; ratios 1 and 3. The third never varied.
    FeatureProfile footage = new FeatureProfile(new double[] {7, 8, 99}, new double[] {2, 1.5, 1});
    ProfileDrift drift = ProfileDrift.of(MODEL, footage);
    assertThat(drift.shift()).isEqualTo(Math.sqrt(25 / 2.0));
    assertThat(drift.norm()).isEqualTo(Math.sqrt(35 / 2.0));
  }

  @Test
  void needsDimensionsThatFit() {
    FeatureProfile flat = new FeatureProfile(new double[] {1}, new double[] {0});
    assertThat(ProfileDrift.of(flat, flat)).isEqualTo(new ProfileDrift(0, 1));
    assertThatThrownBy(() -> ProfileDrift.of(MODEL, flat))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 and 1 dimensions");
  }
}
