package org.c2fpl.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.c2fpl.formats.ByteSource;
import org.c2fpl.formats.NpyBytes;
import org.c2fpl.formats.NpyHeader;
import org.c2fpl.formats.NpyReader;
import org.c2fpl.formats.annotations.FrameMaskAnnotations;
import org.c2fpl.formats.annotations.VideoResolver;
import org.c2fpl.formats.features.ArrayLayout;
import org.c2fpl.formats.features.Axes;
import org.c2fpl.formats.features.ConcatIndex;
import org.c2fpl.formats.features.SegmentReader;
import org.junit.jupiter.api.Test;

/** Arrays: read to their last value if all are finite, or refused. */
class ArrayFuzzTest {

  private static double[] values(int n) {
    return new Random(n).doubles(n, -9, 9).toArray();
  }

  @Test
  void features() throws InterruptedException {
    Fuzzing.Outcomes outcomes =
        Fuzzing.run(
            "npy",
            800,
            List.of(
                NpyBytes.of("<f4", false, "(3, 2, 4)", NpyBytes.encode("<f4", values(24))),
                NpyBytes.of(">f8", false, "(5, 4)", NpyBytes.encode(">f8", values(20))),
                NpyBytes.of(
                    "<f2",
                    true,
                    "(2, 2, 3)",
                    NpyBytes.encode("<f2", 0, 1, 2, 0.5, -1, -2, 4, 8, 0, 0, 1, 1))),
            input -> {
              ByteSource source = NpyBytes.source("a.npy", input);
              NpyHeader header = NpyHeader.read(source.open(0), source.name());
              header.checkLength(source.length(), source.name());
              for (Axes axes : Axes.values()) {
                ArrayLayout layout = ArrayLayout.of(header, axes, source.name());
                long values = 0;
                try (SegmentReader segments = new SegmentReader(source, layout)) {
                  while (segments.hasNext()) {
                    byte[] segment = segments.next();
                    ByteBuffer floats = ByteBuffer.wrap(segment).order(ByteOrder.LITTLE_ENDIAN);
                    while (floats.hasRemaining()) {
                      assertThat(floats.getFloat()).isFinite();
                      values++;
                    }
                  }
                }
                assertThat(values).isEqualTo(header.elements());
              }
            });
    assertThat(outcomes.accepted()).isPositive();
    assertThat(outcomes.refused65()).isPositive();
  }

  @Test
  void ranges() throws InterruptedException {
    Fuzzing.run(
        "ranges",
        200,
        List.of(
            NpyBytes.of("<i8", false, "(2, 2)", NpyBytes.encode("<i8", 0, 4, 4, 9)),
            NpyBytes.of("<i4", false, "(3, 2)", NpyBytes.encode("<i4", 1, 2, 3, 4, 4, 8))),
        input ->
            ConcatIndex.read(NpyBytes.source("ranges.npy", input), null, 10)
                .entries()
                .forEach(
                    entry -> {
                      if (entry.problem() == null) {
                        assertThat(entry.from()).isBetween(0L, entry.to() - 1);
                        assertThat(entry.to()).isLessThanOrEqualTo(10);
                      }
                    }));
  }

  @Test
  void frameMasks() throws InterruptedException {
    Fuzzing.run(
        "frame mask",
        200,
        List.of(
            NpyBytes.of("|i1", false, "(6,)", new byte[] {0, 1, 1, 0, 1, 0}),
            NpyBytes.of("<f4", false, "(6,)", NpyBytes.encode("<f4", 0, 0, 1, 1, 1, 1))),
        input -> {
          List<FrameMaskAnnotations.Video> order =
              FrameMaskAnnotations.withFrames(
                  "order",
                  FrameMaskAnnotations.readOrder(
                      "order",
                      new ByteArrayInputStream("a,2\nb,4\n".getBytes(StandardCharsets.UTF_8))),
                  new VideoResolver(List.of()),
                  "test",
                  16);
          try (NpyReader mask = NpyReader.open(NpyBytes.source("mask.npy", input))) {
            assertThat(FrameMaskAnnotations.read("mask.npy", "order", order, mask))
                .hasSize(2)
                .allMatch(entry -> entry.annotation().label() != null);
          }
        });
  }
}
