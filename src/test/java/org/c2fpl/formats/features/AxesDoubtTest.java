package org.c2fpl.formats.features;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.c2fpl.formats.features.AxesDoubt.Video;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AxesDoubtTest {
  private static final List<String> ORDERS = List.of("SCD", "CSD", "SDC", "CDS", "DSC", "DCS");
  private static final long[] LENGTHS = {7, 31, 12, 140, 31, 9};

  /** Arrays of footage, the axes in an order. */
  private record Layout(String name, long[] lengths, long crops, long dim, String order) {
    /** As arrays of (segments, crops, dim) or (segments, dim) would be read. */
    List<Video> read() {
      return LongStream.of(lengths)
          .mapToObj(
              segments -> {
                List<Long> shape = new ArrayList<>();
                for (char axis : order.toCharArray()) {
                  shape.add(axis == 'S' ? segments : axis == 'C' ? crops : dim);
                }
                int crops = shape.size() == 2 ? 1 : Math.toIntExact(shape.get(1));
                int dim = Math.toIntExact(shape.get(shape.size() - 1));
                return new Video(shape.get(0), crops, dim);
              })
          .toList();
    }

    @Override
    public String toString() {
      return name + " as " + order;
    }
  }

  private static long[] fixed(long segments) {
    return LongStream.generate(() -> segments).limit(6).toArray();
  }

  static Stream<Layout> everyOrderOfEveryLayout() {
    record Usual(String name, long[] lengths, long crops, long dim) {}
    return Stream.of(
            new Usual("m × 2048", LENGTHS, 0, 2048),
            new Usual("m × 97", LENGTHS, 0, 97),
            new Usual("32 × 2048", fixed(32), 0, 2048),
            new Usual("24 × 38", fixed(24), 0, 38),
            new Usual("m × 10 × 2048", LENGTHS, 10, 2048),
            new Usual("m × 5 × 1024", LENGTHS, 5, 1024),
            new Usual("32 × 10 × 2048", fixed(32), 10, 2048),
            new Usual("32 × 10 × 16", fixed(32), 10, 16),
            new Usual("m × 1 × 512", LENGTHS, 1, 512),
            new Usual("32 × 1 × 512", fixed(32), 1, 512),
            new Usual("m × 2 × 128", LENGTHS, 2, 128))
        .flatMap(
            usual ->
                (usual.crops == 0 ? Stream.of("SD", "DS") : ORDERS.stream())
                    .map(
                        order ->
                            new Layout(usual.name, usual.lengths, usual.crops, usual.dim, order)));
  }

  @ParameterizedTest
  @MethodSource("everyOrderOfEveryLayout")
  void theRightOrderPassesAndEveryOtherIsDoubted(Layout layout) {
    Optional<AxesDoubt> doubt = AxesDoubt.of(layout.read());

    if (layout.order.equals("SCD") || layout.order.equals("SD")) {
      assertThat(doubt).isEmpty();
    } else {
      assertThat(doubt).isPresent();
    }
  }

  /** One order is as likely as another where both axes are small. */
  @ParameterizedTest
  @CsvSource({"24, 38", "16, 10"})
  void whatMayBeRightIsNotCertain(long first, long other) {
    boolean crops = first == 16;
    Layout layout =
        crops
            ? new Layout("32 × 10 × 16", fixed(32), 10, 16, "DCS")
            : new Layout("24 × 38", fixed(24), 0, 38, "DS");
    assertThat(AxesDoubt.of(layout.read())).get().extracting(AxesDoubt::certain).isEqualTo(false);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // videos as segments×crops×dim | certain | found
        "9×17×64 | true | 17 crops, more than 16",
        "9×16×8, 40×16×8 | true | more crops (16) than values per crop (8)",
        "9×10×64, 8×10×64 | true | more crops (10) than segments in every video",
        "1×1×64, 1×1×64, 1×1×64 | true | one segment in every video",
        "1×1×64 | false | one segment in every video",
        "5×7×64, 5×9×64 | true | segments of 2 different shapes",
        "5×1×64, 6×1×65, 7×1×66 | true | segments of 3 different shapes",
        "300×1×64, 300×1×64, 300×1×64"
            + " | true | 300 segments in every video, more than the values of a crop (64)",
        "300×1×64 | false | 300 segments, more than the values of a crop (64)",
        "100×1×64, 100×1×64 | false | 100 segments in every video, more than the values of a crop",
        "8×5×64, 8×5×64 | false | 8 segments in every video, as few as there may be crops",
      })
  void says(String videos, boolean certain, String found) {
    AxesDoubt doubt = AxesDoubt.of(videos(videos)).orElseThrow();

    assertThat(doubt.certain()).isEqualTo(certain);
    assertThat(doubt.found()).startsWith(found);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Short videos among others, long ones, one alone, and one that is unlike the others.
        "2×10×2048, 11×10×2048",
        "9000×1×2048, 400×1×2048",
        "5000×2×97, 5001×2×97",
        "40×10×2048",
        "200×1×2048",
        "32×5×64, 32×5×64, 32×5×65",
        "3×2×3, 5×2×3",
      })
  void isSilentAboutUsualFootage(String videos) {
    assertThat(AxesDoubt.of(videos(videos))).isEmpty();
  }

  @Test
  void ofOneArrayForAllOnlyTheSegmentIsJudged() {
    assertThat(AxesDoubt.ofSegment(10, 2048)).isEmpty();
    assertThat(AxesDoubt.ofSegment(1, 2048)).isEmpty();
    assertThat(AxesDoubt.ofSegment(2048, 10)).isPresent();
    assertThat(AxesDoubt.ofSegment(10, 8)).isPresent();
  }

  private static List<Video> videos(String text) {
    return Stream.of(text.split(", "))
        .map(video -> video.split("×"))
        .map(
            axes ->
                new Video(
                    Long.parseLong(axes[0]), Integer.parseInt(axes[1]), Integer.parseInt(axes[2])))
        .toList();
  }
}
