package org.c2fpl.formats.annotations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.c2fpl.errors.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnnotationMatcherTest {
  private static final VideoResolver INGESTED =
      new VideoResolver(
          List.of(
              new IngestedVideo("a", "test", 2),
              new IngestedVideo("b_x264", "test", 2),
              new IngestedVideo("c", "train", 2),
              new IngestedVideo("d", "test", 2),
              new IngestedVideo("d_i3d", "test", 2)));

  private static MatchedAnnotations match(boolean ignoreUnknown, VideoAnnotation... annotations) {
    List<AnnotationEntry> entries = new ArrayList<>();
    for (VideoAnnotation annotation : annotations) {
      entries.add(
          new AnnotationEntry(entries.size() + 1, "<" + annotation.videoId() + ">", annotation));
    }
    return new AnnotationMatcher("truth", INGESTED, "test", ignoreUnknown, 16).match(entries);
  }

  private static VideoAnnotation video(String id, String split, Long frames, FrameRange... ranges) {
    return new VideoAnnotation(id, split, 1, frames, "k", List.of(ranges));
  }

  @ParameterizedTest
  @CsvSource({
    "a, a",
    "a.mp4, a",
    "a_i3d, a",
    "a_x264.mp4, a",
    "b, b_x264",
    "b.mp4, b_x264",
    "b_x264_i3d, b_x264",
    "d, d",
    "d_i3d, d_i3d"
  })
  void matchesNamesWithAndWithoutSuffixes(String name, String id) {
    assertThat(match(false, video(name, null, 32L)).videos())
        .containsExactly(video(id, "test", 32L));
  }

  @ParameterizedTest
  @CsvSource({"a_x264_i3d.mp4, a", "a.b.mp4, a.b", ".mp4, .mp4", "a_mp4, a_mp4"})
  void keyLeavesTheRestOfTheName(String name, String key) {
    assertThat(VideoNames.key(name)).isEqualTo(key);
  }

  @Test
  void namesUnknownAmbiguousAndRepeatedVideos() {
    assertThatThrownBy(
            () ->
                match(
                    false,
                    video("nowhere", null, null),
                    video("c", null, null),
                    video("d.mp4", null, null),
                    video("a", null, null),
                    video("a.mp4", "test", null)))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot read annotations from truth: 4 problems.\n"
                + "  line 1 '<nowhere>': video 'nowhere' was not ingested in split test\n"
                + "  line 2 '<c>': video 'c' was not ingested in split test (but in train)\n"
                + "  line 3 '<d.mp4>': video 'd.mp4' may be any of d, d_i3d; write the ingested"
                + " id\n"
                + "  line 5 '<a.mp4>': video 'a' occurs on line 4 already\n"
                + "Correct the file, or ingest the missing videos; --unknown-videos ignore leaves"
                + " out videos that were not ingested.");
  }

  @Test
  void ignoresAndCountsUnknownVideosWhenAsked() {
    MatchedAnnotations matched =
        match(true, video("nowhere", null, null), video("c", "train", null), video("c", null, 9L));
    assertThat(matched.videos()).containsExactly(video("c", "train", null));
    assertThat(matched.ignored()).isEqualTo(2);
  }

  @Test
  void refusesAmbiguousNamesEvenWhenUnknownOnesAreIgnored() {
    assertThatThrownBy(() -> match(true, video("a", null, null), video("d.mp4", null, null)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("may be any of d, d_i3d");
  }

  @Test
  void refusesAFileOfUnknownVideosOnly() {
    assertThatThrownBy(() -> match(true, video("x", null, null), video("y", null, null)))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot use annotations from truth: none of its 2 videos was ingested. Check --split"
                + " and the names.");
  }

  @Test
  void withoutLengthARangeStartsWithinASegmentOfTheEndAndEndsNotFarAfterIt() {
    MatchedAnnotations near = match(false, video("a", null, null, new FrameRange(47, 48)));
    assertThat(near.lateEnds()).isZero();
    MatchedAnnotations late = match(false, video("a", null, null, new FrameRange(47, 51)));
    assertThat(late.videos()).hasSize(1);
    assertThat(late.lateEnds()).isEqualTo(1);
    assertThat(late.lateEndExample()).isEqualTo("'a' up to frame 51 of 2 segments of 16 frames");
    assertThatThrownBy(() -> match(false, video("a", null, null, new FrameRange(0, 52))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(
            "line 1 '<a>': an anomaly ends at frame 52 (0-based), past the end of the video (2"
                + " segments of 16 frames)");
    assertThatThrownBy(() -> match(false, video("a", null, null, new FrameRange(48, 49))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(
            "line 1 '<a>': an anomaly starts at frame 48 (0-based), past the end of the video (2"
                + " segments of 16 frames)");
  }

  @Test
  void countsLengthsThatDifferFromTheSegmentsByASegmentOrMore() {
    MatchedAnnotations matched =
        match(
            false,
            video("a", null, 47L),
            video("b", null, 48L),
            video("d", null, 16L),
            video("d_i3d", null, 17L));
    assertThat(matched.oddLengths()).isEqualTo(2);
    assertThat(matched.oddLengthExample()).isEqualTo("'b_x264' has 48 frames but 2 segments of 16");
  }
}
