package org.c2fpl.detector;

import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The properties of a machine on which the bits of a training depend.
 *
 * @param cpu the processor's name
 * @param natives ND4J's backend and its BLAS
 * @param threads threads that native operations may use
 */
public record Machine(String cpu, String natives, int threads) implements Serializable {

  /** This machine, its threads pinned first. */
  public static Machine here() {
    int threads = NativeThreads.pin();
    return new Machine(cpuName(), Natives.NAME, threads);
  }

  private static final class Natives {
    static final String NAME =
        Nd4j.getBackend().getClass().getSimpleName()
            + " "
            + Nd4j.factory().blas().getBlasVendor()
            + NativeThreads.KERNEL_CHOICE.stream()
                .filter(name -> System.getenv(name) != null)
                .map(name -> " " + name + "=" + System.getenv(name))
                .collect(Collectors.joining());
  }

  private static String cpuName() {
    return Cpu.NAME;
  }

  private static final class Cpu {
    static final String NAME = read();

    private static String read() {
      try (Stream<String> lines =
          Files.lines(Path.of("/proc/cpuinfo"), StandardCharsets.ISO_8859_1)) {
        return lines
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse(System.getProperty("os.arch"));
      } catch (IOException | java.io.UncheckedIOException e) {
        return System.getProperty("os.arch");
      }
    }
  }
}
