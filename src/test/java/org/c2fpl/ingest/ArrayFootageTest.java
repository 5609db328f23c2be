package org.c2fpl.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.hadoop.conf.Configuration;
import org.c2fpl.formats.NpyBytes;
import org.c2fpl.formats.features.Axes;
import org.c2fpl.formats.features.Segments;
import org.c2fpl.ingest.ArrayFootage.Candidate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArrayFootageTest {

  @Property
  void groupsKeepTheOrderAndAreBalanced(
      @ForAll @Size(min = 1, max = 40) List<@IntRange(min = 1, max = 1000) Integer> lengths,
      @ForAll @IntRange(min = 1, max = 8) int parallelism) {
    List<Slice> slices = new ArrayList<>();
    long total = 0;
    long longest = 0;
    for (int length : lengths) {
      slices.add(
          new Slice("v", List.of("f"), Axes.SEGMENTS_CROPS_DIM, 0, total, total + length, 1));
      total += length;
      longest = Math.max(longest, length);
    }

    List<List<Slice>> groups = ArrayFootage.balanced(slices, parallelism);

    assertThat(groups.stream().flatMap(List::stream).toList()).isEqualTo(slices);
    assertThat(groups).hasSizeLessThanOrEqualTo(parallelism);
    double fair = (double) total / Math.min(parallelism, slices.size());
    for (List<Slice> group : groups) {
      assertThat((double) group.stream().mapToLong(Slice::bytes).sum())
          .isLessThanOrEqualTo(fair + longest);
    }
  }

  @Test
  void slicesOfAVideoGiveItsSegments(@TempDir Path folder) throws Exception {
    double[] values = new double[9 * 2];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    Path file = folder.resolve("all.npy");
    Files.write(file, NpyBytes.of("<f4", false, "(9, 2)", NpyBytes.encode("<f4", values)));
    InspectedVideo video =
        new InspectedVideo("v", file.toString(), file.toString(), 5, 1, 2, "float32");
    Candidate candidate = new Candidate("v", List.of(file.toString()), 3, 8);

    List<Slice> slices = ArrayFootage.cut(video, candidate, Axes.SEGMENTS_CROPS_DIM, 17);

    assertThat(slices).extracting(Slice::from).containsExactly(0L, 2L, 4L);
    List<byte[]> segments = new ArrayList<>();
    for (Slice slice : slices) {
      try (Segments read = slice.open(new Configuration())) {
        read.forEachRemaining(segments::add);
      }
    }
    assertThat(segments).hasSize(5);
    for (int s = 0; s < 5; s++) {
      int first = 2 * (3 + s);
      assertThat(segments.get(s)).isEqualTo(NpyBytes.encode("<f4", first, first + 1));
    }
  }
}
