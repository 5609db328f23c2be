package org.c2fpl.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.c2fpl.demo.SyntheticFootage.FrameRange;
import org.c2fpl.demo.SyntheticFootage.Size;
import org.c2fpl.demo.SyntheticFootage.TrainingDesign;
import org.c2fpl.demo.SyntheticFootage.Video;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SyntheticFootageTest {
  private static final Size SMALL = new Size(6, 4, 3, 48);

  @Test
  void aSeedGivesTheSameBitsAndAnotherSeedOthers() {
    assertThat(hash(new SyntheticFootage(7, SMALL)))
        .isEqualTo(hash(new SyntheticFootage(7, SMALL)));
    assertThat(hash(new SyntheticFootage(7, SMALL)))
        .isNotEqualTo(hash(new SyntheticFootage(8, SMALL)));
  }

  @Test
  void theBitsOfASeedAreTheSameOnEveryMachine() {
    assertThat(hash(new SyntheticFootage(0, SMALL)))
        .isEqualTo("ed83fdaf5257f96988adbbbf3cec94b144ead4a4bfdee40e77107f20c790ebce");
  }

  @Test
  void aTrainingSplitTakesTheLengthsAndTheShareItIsGiven() {
    SyntheticFootage footage =
        new SyntheticFootage(
            2, new Size(10, 4, 1, 32), new TrainingDesign(0.5, List.of(1, 2, 300, 7)));

    assertThat(footage.videos("train").map(Video::segments))
        .containsExactly(1, 2, 300, 7, 1, 2, 300, 7, 1, 2);
    assertThat(footage.videos("train").filter(Video::anomalous)).hasSize(5);
    assertThat(footage.videos("train").flatMap(video -> video.anomalies().stream()))
        .allSatisfy(range -> assertThat(range.start()).isLessThan(range.end()));
    assertThat(footage.videos("train"))
        .allSatisfy(
            video ->
                assertThat(video.anomalies())
                    .allSatisfy(
                        range ->
                            assertThat(range.end())
                                .isLessThanOrEqualTo(
                                    Math.min(video.frames(), 16L * video.segments()))));
  }

  @Test
  void aVideoDoesNotDependOnWhichVideosWereMadeBefore() {
    SyntheticFootage footage = new SyntheticFootage(3, SMALL);
    byte[] alone = digest(footage, Stream.of(footage.video("test", 3)));
    hash(footage);
    assertThat(digest(footage, Stream.of(new SyntheticFootage(3, SMALL).video("test", 3))))
        .isEqualTo(alone);
  }

  @Test
  void segmentsComeInOrderWithFiniteNonNegativeFeaturesOfTheRightLength() {
    SyntheticFootage footage = new SyntheticFootage(1, SMALL);
    Video video = footage.video("train", 2);
    List<Integer> order = new ArrayList<>();
    footage.features(
        video,
        (segment, features) -> {
          order.add(segment);
          assertThat(features).hasSize(3 * 48);
          for (float value : features) {
            assertThat(value).isFinite().isNotNegative();
          }
        });
    assertThat(order).hasSize(video.segments()).isSorted().doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4})
  void theTruthLiesInsideTheVideosAndLengthsDiffer(long seed) {
    SyntheticFootage footage = new SyntheticFootage(seed, Size.DEMO);
    List<Video> videos = Stream.concat(footage.videos("train"), footage.videos("test")).toList();
    Set<String> ids = new HashSet<>();
    Set<Integer> scenes = new HashSet<>();
    for (Video video : videos) {
      assertThat(ids.add(video.id())).as(video.id()).isTrue();
      scenes.add(video.scene());
      assertThat(video.frames())
          .isBetween(16L * video.segments() - 15, 16L * video.segments() + 15);
      long previous = 0;
      double anomalous = 0;
      for (FrameRange range : video.anomalies()) {
        assertThat(range.start()).as(video.id()).isGreaterThanOrEqualTo(previous);
        assertThat(range.end()).as(video.id()).isGreaterThan(range.start());
        assertThat(range.end()).as(video.id()).isLessThanOrEqualTo(video.frames());
        previous = range.end();
        anomalous += range.end() - range.start();
      }
      double fromSegments = 0;
      for (int t = 0; t < video.segments(); t++) {
        fromSegments += 16 * video.anomalousShare(t);
      }
      assertThat(fromSegments).as(video.id()).isEqualTo(anomalous);
    }
    assertThat(scenes).hasSize(5);
    assertThat(footage.videos("train").filter(Video::anomalous)).hasSize(38);
    assertThat(footage.videos("test").filter(Video::anomalous)).hasSize(40);
    assertThat(videos.stream().filter(v -> v.segments() == 240)).hasSizeBetween(1, 2);
    assertThat(videos.stream().mapToInt(Video::segments).min().orElseThrow()).isBetween(8, 12);
    assertThat(videos.stream().mapToInt(Video::segments).distinct().count()).isGreaterThan(50);
    assertThat(videos.stream().map(v -> v.frames() - 16L * v.segments()).map(Long::signum))
        .contains(-1, 0, 1);
    // Loud but normal: crowded videos without an anomaly, in both splits.
    assertThat(videos.stream().filter(v -> v.crowd() >= 5 && !v.anomalous()).map(Video::split))
        .contains("train", "test");
    assertThat(footage.videos("train").mapToInt(Video::segments).sum()).isLessThan(10_000);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4})
  void neitherTheNormNorTheLengthGivesTheAnomaliesAway(long seed) {
    SyntheticFootage footage = new SyntheticFootage(seed, Size.DEMO);
    List<Frames> byNorm = new ArrayList<>();
    List<Frames> byLength = new ArrayList<>();
    footage
        .videos("test")
        .forEach(
            video ->
                footage.features(
                    video,
                    (segment, features) -> {
                      int positives = (int) Math.round(16 * video.anomalousShare(segment));
                      byNorm.add(new Frames(norm(features, 128), positives, 16 - positives));
                      byLength.add(new Frames(video.segments(), positives, 16 - positives));
                    }));
    assertThat(auc(byNorm)).isBetween(0.65, 0.80);
    assertThat(auc(byLength)).isBetween(0.40, 0.60);
  }

  @Test
  void moreVideosKeepTheMakeUp() {
    SyntheticFootage footage = new SyntheticFootage(5, Size.DEMO.times(10));
    List<Video> train = footage.videos("train").toList();
    assertThat(train).hasSize(1600);
    assertThat(train.stream().filter(Video::anomalous)).hasSize(384);
    assertThat(train.stream().filter(v -> v.segments() == 240)).hasSizeBetween(13, 14);
    double crowdedNormal = crowdedShare(train.stream().filter(v -> !v.anomalous()).toList());
    double crowdedAnomalous = crowdedShare(train.stream().filter(Video::anomalous).toList());
    assertThat(crowdedNormal).isBetween(0.31, 0.35);
    assertThat(crowdedAnomalous).isBetween(0.31, 0.35);
  }

  @Test
  void refusesWhatItCannotMake() {
    assertThatThrownBy(() -> new Size(0, 4, 2, 128))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 1 training video")
        .hasMessageEndingWith("0, 4, 2, 128");
    SyntheticFootage footage = new SyntheticFootage(0, SMALL);
    assertThatThrownBy(() -> footage.video("test", 4))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("Video 4 of 4 in test");
    assertThatThrownBy(() -> footage.video("validation", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("No split validation: train or test");
  }

  private static double crowdedShare(List<Video> videos) {
    return (double) videos.stream().filter(v -> v.crowd() >= 5).count() / videos.size();
  }

  private record Frames(double score, int positives, int negatives) {}

  /** Area under the ROC by counting, for each group of equal scores, the negatives below it. */
  private static double auc(List<Frames> frames) {
    List<Frames> ascending = frames.stream().sorted(Comparator.comparing(Frames::score)).toList();
    double won = 0;
    long positives = 0;
    long negatives = 0;
    for (int i = 0; i < ascending.size(); ) {
      long tiedPositives = 0;
      long tiedNegatives = 0;
      double score = ascending.get(i).score();
      for (; i < ascending.size() && ascending.get(i).score() == score; i++) {
        tiedPositives += ascending.get(i).positives();
        tiedNegatives += ascending.get(i).negatives();
      }
      won += tiedPositives * (negatives + 0.5 * tiedNegatives);
      positives += tiedPositives;
      negatives += tiedNegatives;
    }
    return won / ((double) positives * negatives);
  }

  private static double norm(float[] features, int dim) {
    double sum = 0;
    for (int crop = 0; crop < features.length / dim; crop++) {
      double squares = 0;
      for (int d = 0; d < dim; d++) {
        double value = features[crop * dim + d];
        squares += value * value;
      }
      sum += Math.sqrt(squares);
    }
    return sum / (features.length / dim);
  }

  private static String hash(SyntheticFootage footage) {
    return HexFormat.of()
        .formatHex(digest(footage, Stream.concat(footage.videos("train"), footage.videos("test"))));
  }

  private static byte[] digest(SyntheticFootage footage, Stream<Video> videos) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      videos.forEach(
          video ->
              footage.features(
                  video,
                  (segment, features) -> {
                    ByteBuffer bytes = ByteBuffer.allocate(features.length * Float.BYTES);
                    bytes.asFloatBuffer().put(features);
                    digest.update(bytes.array());
                  }));
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
