package org.c2fpl.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Needs neither a GPU nor its backend: those are tested by hand, see docs/gpu.md. */
class NativeBackendTest {
  @Test
  void withoutAGpuItIsTheCpus() {
    assertThat(NativeBackend.described()).startsWith("CpuBackend");
  }

  @Test
  void theReasonIsTheLastCauseInWords() {
    assertThat(NativeBackend.whyNot(() -> true)).isNull();
    assertThat(
            NativeBackend.whyNot(
                () -> {
                  throw new UnsatisfiedLinkError(
                      "/cache/libjnicudart.so: libcuda.so.1: cannot open shared object file");
                }))
        .isEqualTo("libcuda.so.1: cannot open shared object file");
    assertThat(
            NativeBackend.whyNot(
                () -> {
                  throw new IllegalStateException(new RuntimeException("No CUDA devices"));
                }))
        .isEqualTo("No CUDA devices");
    assertThat(
            NativeBackend.whyNot(
                () -> {
                  throw new NoClassDefFoundError();
                }))
        .isEqualTo("java.lang.NoClassDefFoundError");
    assertThat(NativeBackend.described("CpuBackend", "No CUDA devices"))
        .isEqualTo("CpuBackend: no usable GPU was found (No CUDA devices) and the CPU is used");
  }

  @Test
  void onlyTheCallersWordsAreKeptBack() {
    PrintStream real = System.err;
    ByteArrayOutputStream seen = new ByteArrayOutputStream();
    PrintStream mine = new PrintStream(seen, true, StandardCharsets.UTF_8);
    System.setErr(mine);
    try {
      String said =
          NativeBackend.quietly(
              () -> {
                new IllegalStateException("a trace").printStackTrace();
                Thread other = new Thread(() -> System.err.print("another's"));
                other.start();
                try {
                  other.join();
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
              });
      assertThat(said).contains("a trace").doesNotContain("another's");
      assertThat(seen.toString(StandardCharsets.UTF_8)).isEqualTo("another's");
      assertThat(System.err).isSameAs(mine);
      assertThatThrownBy(
              () ->
                  NativeBackend.quietly(
                      () -> {
                        throw new IllegalStateException("x");
                      }))
          .hasMessage("x");
      assertThat(System.err).isSameAs(mine);
    } finally {
      System.setErr(real);
    }
  }
}
