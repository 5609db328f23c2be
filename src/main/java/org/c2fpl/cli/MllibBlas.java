package org.c2fpl.cli;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;

/**
 * Has MLlib compute with its BLAS and LAPACK in Java, on every machine.
 *
 * <p>Left alone it takes a {@code libblas.so.3} where the machine has one. That gives other last
 * bits than a machine without; and Debian's and Ubuntu's is an OpenBLAS, whose functions the
 * dynamic linker mixes with those of the OpenBLAS that ND4J brings: the process dies by SIGSEGV.
 */
final class MllibBlas {
  private static final String PREFIX = "dev.ludovic.netlib.";

  /** Properties that name the native library to load, a file that is nowhere. */
  private static final List<String> PROPERTIES =
      List.of(PREFIX + "blas.nativeLib", PREFIX + "lapack.nativeLib", PREFIX + "arpack.nativeLib");

  private static final String NO_LIBRARY = "none";

  private static final String EXECUTORS_OPTIONS = "spark.executor.defaultJavaOptions";

  private MllibBlas() {}

  /** In this process and in the executors to come; before MLlib's first use. */
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
