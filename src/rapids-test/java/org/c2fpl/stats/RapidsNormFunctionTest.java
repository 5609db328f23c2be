package org.c2fpl.stats;

import static org.assertj.core.api.Assertions.assertThat;

import com.nvidia.spark.RapidsUDF;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.c2fpl.method.statistics.FeatureProfile;
import org.c2fpl.method.statistics.NormKind;
import org.c2fpl.segments.Splits;
import org.c2fpl.testing.Fixtures;
import org.junit.jupiter.api.Test;

/** The norm with the jar of Spark-RAPIDS; its GPU part needs a GPU to run. */
class RapidsNormFunctionTest {
  private static final Splits.Shape SHAPE = new Splits.Shape(2, 3, 16);

  @Test
  void onlyThePlainL2NormHasAFormForTheGpu() {
    assertThat(NormFunction.of(SHAPE, NormKind.L2, null)).isInstanceOf(RapidsUDF.class);
    assertThat(NormFunction.of(SHAPE, NormKind.L2, null).hasGpuForm()).isTrue();
    FeatureProfile profile = new FeatureProfile(new double[3], new double[] {1, 1, 1});
    assertThat(NormFunction.of(SHAPE, NormKind.L2, profile)).isNotInstanceOf(RapidsUDF.class);
    assertThat(NormFunction.of(SHAPE, NormKind.SQUARED, null)).isNotInstanceOf(RapidsUDF.class);
  }

  @Test
  void onTheCpuItIsTheSameFunctionAlsoAfterItsWayToAnExecutor() throws Exception {
    NormFunction norm = NormFunction.of(SHAPE, NormKind.L2, null);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(norm);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      NormFunction there = (NormFunction) in.readObject();
      assertThat(there).isInstanceOf(RapidsUDF.class);
      assertThat(there.call(Fixtures.bytes(3, 4, 0, 0, 0, 1))).isEqualTo(3.0);
    }
  }
}
