package org.c2fpl.cli;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;

/**
 * Makes MLlib use its BLAS and LAPACK in Java on every machine.
 *
 * <p>By default MLlib loads {@code libblas.so.3} where the machine has it. The last bits of results
 * then differ from those of machines without it. On Debian and Ubuntu that library is an OpenBLAS;
 * the dynamic linker mixes its functions with those of ND4J's OpenBLAS, and the process dies by
 * SIGSEGV.
 */
final class MllibBlas {
  private static final String PREFIX = "dev.ludovic.netlib.";

  /** Properties with the native library to load, set to a file that does not exist. */
  private static final List<String> PROPERTIES =
      List.of(PREFIX + "blas.nativeLib", PREFIX + "lapack.nativeLib", PREFIX + "arpack.nativeLib");

  private static final String NO_LIBRARY = "none";

  private static final String EXECUTORS_OPTIONS = "spark.executor.defaultJavaOptions";

  private MllibBlas() {}

  /**
   * Applies to this process and to the executors that it starts. Call it before MLlib's first use.
   */
  static void inJava(SparkConf conf) {
    PROPERTIES.forEach(property -> System.setProperty(property, NO_LIBRARY));
    String others = conf.get(EXECUTORS_OPTIONS, "");
    if (!others.contains(PREFIX)) {
      conf.set(
          EXECUTORS_OPTIONS,
          PROPERTIES.stream()
              .map(property -> "-D" + property + "=" + NO_LIBRARY)
              .collect(Collectors.joining(" ", "", " " + others))
              .strip());
    }
  }
}
