package org.c2fpl.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.Random;
import org.apache.spark.SparkConf;
import org.c2fpl.gpu.Rapids;
import org.c2fpl.method.statistics.FeatureProfile;
import org.c2fpl.method.statistics.NormKind;
import org.c2fpl.method.statistics.SegmentNorm;
import org.c2fpl.segments.Splits;
import org.c2fpl.testing.Fixtures;
import org.junit.jupiter.api.Test;

/** What stats computes norms by where Spark-RAPIDS is not there. */
class NormFunctionTest {
  private static final Splits.Shape SHAPE = new Splits.Shape(2, 3, 16);
  private static final FeatureProfile PROFILE =
      new FeatureProfile(new double[] {1, 0, 2}, new double[] {2, 0, 0.5});

  @Test
  void withoutTheJarEveryNormIsThePlainFunction() {
    assertThat(Rapids.jarPresent()).isFalse();
    for (NormKind kind : NormKind.values()) {
      assertThat(NormFunction.of(SHAPE, kind, null)).isExactlyInstanceOf(NormFunction.class);
      assertThat(NormFunction.of(SHAPE, kind, PROFILE)).isExactlyInstanceOf(NormFunction.class);
    }
    assertThat(NormFunction.of(SHAPE, NormKind.L2, null).hasGpuForm()).isFalse();
  }

  @Test
  void ofAColumnAndOfBytesAmongOthersIsTheSameNorm() {
    byte[] features = new byte[2 * 3 * Float.BYTES];
    new Random(1).nextBytes(features);
    for (int at = 3; at < features.length; at += Float.BYTES) {
      features[at] = 0x40; // Between 2 and 32 instead of anything.
    }
    byte[] among = new byte[features.length + 7];
    System.arraycopy(features, 0, among, 5, features.length);
    for (NormKind kind : NormKind.values()) {
      NormFunction plain = NormFunction.of(SHAPE, kind, null);
      assertThat(plain.call(features)).isEqualTo(SegmentNorm.mean(kind, features, 2, 3));
      assertThat(plain.ofBytes().of(among, 5, features.length)).isEqualTo(plain.call(features));
      NormFunction standardized = NormFunction.of(SHAPE, kind, PROFILE);
      assertThat(standardized.call(features))
          .isEqualTo(SegmentNorm.mean(kind, features, 2, PROFILE))
          .isNotEqualTo(plain.call(features));
    }
    assertThat(NormFunction.of(SHAPE, NormKind.L2, null).call(Fixtures.bytes(3, 4, 0, 0, 0, 1)))
        .isEqualTo(3.0);
  }

  @Test
  void thePluginIsKnownByTheNameThatConfGpuGivesIt() throws IOException {
    Properties gpu = new Properties();
    try (InputStream in = Files.newInputStream(Path.of("conf", "gpu.conf"))) {
      gpu.load(in);
    }
    assertThat(Rapids.pluginOn(new SparkConf(false))).isFalse();
    assertThat(
            Rapids.pluginOn(
                new SparkConf(false).set("spark.plugins", gpu.getProperty("spark.plugins"))))
        .isTrue();
  }
}
