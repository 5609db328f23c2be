package org.c2fpl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.JavaBLAS;
import dev.ludovic.netlib.lapack.JavaLAPACK;
import dev.ludovic.netlib.lapack.LAPACK;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class MllibBlasTest {
  private static final String OPTIONS = "spark.executor.defaultJavaOptions";
  private static final String ALL =
      "-Ddev.ludovic.netlib.blas.nativeLib=none -Ddev.ludovic.netlib.lapack.nativeLib=none"
          + " -Ddev.ludovic.netlib.arpack.nativeLib=none";

  /** libblas.so.3 and liblapack.so.3 are not used, even if the machine has them. */
  @Test
  void thisProcessComputesInJava() {
    MllibBlas.inJava(new SparkConf(false));
    assertThat(BLAS.getInstance()).isInstanceOf(JavaBLAS.class);
    assertThat(LAPACK.getInstance()).isInstanceOf(JavaLAPACK.class);
  }

  @Test
  void soDoExecutorsWithTheirOtherOptions() {
    SparkConf conf = new SparkConf(false);
    MllibBlas.inJava(conf);
    assertThat(conf.get(OPTIONS)).isEqualTo(ALL);
    MllibBlas.inJava(conf);
    assertThat(conf.get(OPTIONS)).as("not twice").isEqualTo(ALL);

    SparkConf others = new SparkConf(false).set(OPTIONS, "-Xss4m");
    MllibBlas.inJava(others);
    assertThat(others.get(OPTIONS)).isEqualTo(ALL + " -Xss4m");
  }

  @Test
  void aLibraryThatTheUserNamesForExecutorsIsKept() {
    String own = "-Ddev.ludovic.netlib.blas.nativeLib=libmkl_rt.so";
    SparkConf conf = new SparkConf(false).set(OPTIONS, own);
    MllibBlas.inJava(conf);
    assertThat(conf.get(OPTIONS)).isEqualTo(own);
  }
}
