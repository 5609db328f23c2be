package org.c2fpl.formats.features;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VideoIdsTest {

  @ParameterizedTest
  @CsvSource({
    "Abuse001_x264_i3d.npy,Abuse001_x264",
    "01_001.npy,01_001",
    "a.mp4.npy,a.mp4",
    "a_i3d_i3d.npy,a_i3d",
    "plain,plain"
  })
  void fileNamesTellIds(String file, String id) {
    assertThat(VideoIds.ofFile(file)).isEqualTo(id);
  }

  @Test
  void cropFileNamesTellIdAndCrop() {
    assertThat(VideoIds.ofCropFile("v=8cTqh9tMz_I__#1_label_A__4.npy"))
        .contains(new VideoIds.CropFile("v=8cTqh9tMz_I__#1_label_A", 4));
    assertThat(VideoIds.ofCropFile("a__b__0.npy")).contains(new VideoIds.CropFile("a__b", 0));
    assertThat(VideoIds.ofCropFile("a.npy")).isEmpty();
    assertThat(VideoIds.ofCropFile("a__x.npy")).isEmpty();
    assertThat(VideoIds.ofCropFile("a_1.npy")).isEmpty();
  }

  @Test
  void numbersHaveOneWidth() {
    assertThat(VideoIds.numbered(7, 10)).isEqualTo("video_00007");
    assertThat(VideoIds.numbered(7, 1_000_001)).isEqualTo("video_0000007");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "Bad.Boys.1995__#00-26-51", "a b", "...", "сцена 1", "=1+1"})
  void ordinaryIdsAreSafe(String id) {
    assertThat(VideoIds.problem(id)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "'';the video id is empty",
        ".;the video id '.' is the name of a folder",
        "..;the video id '..' is the name of a folder",
        "a/b;the video id 'a/b' has a path separator",
        "a\\b;the video id 'a\\b' has a path separator",
        "' a';the video id ' a' starts or ends with a blank",
        "'a ';the video id 'a ' starts or ends with a blank"
      })
  void unsafeIdsAreNamed(String id, String problem) {
    assertThat(VideoIds.problem(id)).contains(problem);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a\tb", "a\nb", "a\u0000b", "a\u001bb", "a\u202eb", "a\u2028b", "a\ud800b"})
  void controlCharactersAreNamedAndNotShown(String id) {
    assertThat(VideoIds.problem(id)).contains("the video id 'a?b' has a control character");
  }

  @Test
  void longIdsAreNamed() {
    assertThat(VideoIds.problem("x".repeat(255))).isEmpty();
    assertThat(VideoIds.problem("x".repeat(256)))
        .contains("the video id '" + "x".repeat(60) + "...' has more than 255 characters");
  }
}
