package org.c2fpl.annotate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.c2fpl.annotate.AnnotateStage.UnknownVideos;
import org.c2fpl.annotate.AnnotateStage.Unlisted;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.UsageException;
import org.c2fpl.formats.annotations.AnnotationFormat;
import org.c2fpl.stage.StageRunner;
import org.c2fpl.testing.SmallWorkspace;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.WriteMode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnnotateStageTest {
  @TempDir Path folder;
  private SmallWorkspace small;

  @BeforeEach
  void ingest() {
    small =
        new SmallWorkspace(folder.resolve("w"))
            .segments("train", "0", "t1", 2, "t2_i3d", 3)
            .segments("test", "0", "v1__label_B1-0-0", 2, "v2__label_A", 3)
            .segments("test", "1", "v3", 1);
  }

  private String file(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, content);
    return file.toString();
  }

  private static AnnotateStage.Options options(AnnotationFormat format, String input) {
    return new AnnotateStage.Options(format, input, null, "test", UnknownVideos.FAIL, null);
  }

  private List<String> rows() {
    return small.read(Table.ANNOTATIONS).toJSON().collectAsList();
  }

  @Test
  void writesTheTableOfACsv() throws IOException {
    String csv =
        file(
            "truth.csv",
            "video_id,split,label,frames,anomalies,class\n"
                + "v3.mp4,,0,17,,\n"
                + "t2,train,1,,,riot\n"
                + "v1__label_B1-0-0,test,1,40,0-4;20-40,\n");
    StageRunner.run(
        small.context(WriteMode.ERROR), new AnnotateStage(), options(AnnotationFormat.CSV, csv));
    assertThat(rows())
        .containsExactly(
            "{\"video_id\":\"v1__label_B1-0-0\",\"split\":\"test\",\"label\":1,\"frames\":40,"
                + "\"anomalies\":[{\"start_frame\":0,\"end_frame\":4},"
                + "{\"start_frame\":20,\"end_frame\":40}]}",
            "{\"video_id\":\"v3\",\"split\":\"test\",\"label\":0,\"frames\":17,\"anomalies\":[]}",
            "{\"video_id\":\"t2_i3d\",\"split\":\"train\",\"label\":1,\"class\":\"riot\","
                + "\"anomalies\":[]}");
    Manifest manifest = small.workspace().require(Leaf.of(Table.ANNOTATIONS), "");
    assertThat(manifest.rows()).isEqualTo(3);
    assertThat(manifest.details().path("anomalous").asLong()).isEqualTo(2);
    assertThat(manifest.inputs())
        .containsKeys("input", "segments/split=test/batch=1", "segments/split=train/batch=0");
    assertThat(small.output()).contains("3 videos, 2 anomalous, 1 normal");
    assertThat(small.warnings()).isEmpty();
  }

  @Test
  void skipsWhatIsUpToDateAndSeesAChangedFile() throws IOException {
    String ucf = file("ucf.txt", "v3 Normal -1 -1 -1 -1\n");
    AnnotateStage.Options options = options(AnnotationFormat.UCF_CRIME, ucf);
    StageRunner.run(small.context(WriteMode.REFRESH), new AnnotateStage(), options);
    StageRunner.run(small.context(WriteMode.REFRESH), new AnnotateStage(), options);
    assertThat(small.output()).contains("skipped: annotations is up to date");
    file("ucf.txt", "v3 Arson 1 16 -1 -1\n");
    StageRunner.run(small.context(WriteMode.REFRESH), new AnnotateStage(), options);
    assertThat(rows())
        .containsExactly(
            "{\"video_id\":\"v3\",\"split\":\"test\",\"label\":1,\"class\":\"Arson\","
                + "\"anomalies\":[{\"start_frame\":0,\"end_frame\":16}]}");
  }

  @Test
  void countsVideosThatXdViolenceDoesNotListAsNormal() throws IOException {
    String xd = file("xd.txt", "v1__label_B1-0-0.mp4 3 30\n");
    StageRunner.run(
        small.context(WriteMode.ERROR),
        new AnnotateStage(),
        options(AnnotationFormat.XD_VIOLENCE, xd));
    assertThat(rows())
        .containsExactly(
            "{\"video_id\":\"v1__label_B1-0-0\",\"split\":\"test\",\"label\":1,"
                + "\"class\":\"B1-0-0\",\"anomalies\":[{\"start_frame\":3,\"end_frame\":30}]}",
            "{\"video_id\":\"v2__label_A\",\"split\":\"test\",\"label\":0,\"anomalies\":[]}",
            "{\"video_id\":\"v3\",\"split\":\"test\",\"label\":0,\"anomalies\":[]}");
    assertThat(small.output()).contains("3 videos, 1 anomalous, 2 normal (2 of them not listed)");
    assertThat(small.warnings()).isEmpty();
  }

  @Test
  void refusesUnlistedVideosWhenAskedTo() throws IOException {
    String xd = file("xd.txt", "v1__label_B1-0-0 3 30\n");
    AnnotateStage.Options options =
        new AnnotateStage.Options(
            AnnotationFormat.XD_VIOLENCE, xd, null, "test", UnknownVideos.FAIL, Unlisted.ERROR);
    assertThatThrownBy(
            () -> StageRunner.run(small.context(WriteMode.ERROR), new AnnotateStage(), options))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot annotate split test: "
                + xd
                + " does not list 2 videos (v2__label_A, v3). Add them, or count them as normal"
                + " with --unlisted normal.");
    assertThat(small.workspace().manifest(Leaf.of(Table.ANNOTATIONS))).isEmpty();
    assertThat(folder.resolve("w/_staging")).doesNotExist();
  }

  @Test
  void warnsOfUnlistedVideosWhoseNameSaysAnomalous() throws IOException {
    String xd = file("xd.txt", "v3 3 15\n");
    StageRunner.run(
        small.context(WriteMode.ERROR),
        new AnnotateStage(),
        options(AnnotationFormat.XD_VIOLENCE, xd));
    assertThat(small.warnings())
        .contains(
            "does not list video v1__label_B1-0-0; counted as normal, though the name has the code"
                + " of an anomaly.");
  }

  @Test
  void cutsAnNpyMaskByTheSegments() throws IOException {
    byte[] header =
        "{'descr': '|u1', 'fortran_order': False, 'shape': (40,), }\n"
            .getBytes(StandardCharsets.US_ASCII);
    byte[] npy = new byte[10 + header.length + 40];
    System.arraycopy(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}, 0, npy, 0, 8);
    npy[8] = (byte) header.length;
    System.arraycopy(header, 0, npy, 10, header.length);
    // v3 has one segment of 16 frames; the other video has 24 frames of its own.
    for (int frame = 14; frame < 19; frame++) {
      npy[10 + header.length + frame] = 1;
    }
    Path mask = Files.write(folder.resolve("gt.npy"), npy);
    String order = file("order.txt", "v3\nelsewhere,24\n");
    AnnotateStage.Options options =
        new AnnotateStage.Options(
            AnnotationFormat.NPY, mask.toString(), order, "test", UnknownVideos.IGNORE, null);
    StageRunner.run(small.context(WriteMode.ERROR), new AnnotateStage(), options);
    assertThat(rows())
        .containsExactly(
            "{\"video_id\":\"v3\",\"split\":\"test\",\"label\":1,\"frames\":16,"
                + "\"anomalies\":[{\"start_frame\":14,\"end_frame\":16}]}");
    assertThat(small.output()).contains("; 1 not ingested and ignored");
  }

  @Test
  void namesUnknownVideosAndLeavesTheOldTable() throws IOException {
    String good = file("good.txt", "v3 Normal -1 -1 -1 -1\n");
    StageRunner.run(
        small.context(WriteMode.ERROR),
        new AnnotateStage(),
        options(AnnotationFormat.UCF_CRIME, good));
    String bad = file("bad.txt", "v3 Normal -1 -1 -1 -1\nt1 Arson 1 2 -1 -1\n");
    assertThatThrownBy(
            () ->
                StageRunner.run(
                    small.context(WriteMode.OVERWRITE),
                    new AnnotateStage(),
                    options(AnnotationFormat.UCF_CRIME, bad)))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            "Cannot read annotations from "
                + bad
                + ": line 2 't1 Arson 1 2 -1 -1': video 't1' was not ingested in split test (but in"
                + " train). ");
    assertThat(rows()).hasSize(1);
  }

  @Test
  void warnsOfAnomaliesThatAreNowhereAndOfLateEnds() throws IOException {
    String truth =
        file(
            "truth.txt",
            "v1__label_B1-0-0 Arson -1 -1 -1 -1\n"
                + "v2__label_A Abuse 20 66 -1 -1\nv3 Normal -1 -1 -1 -1\n");
    StageRunner.run(
        small.context(WriteMode.ERROR),
        new AnnotateStage(),
        options(AnnotationFormat.UCF_CRIME, truth));
    assertThat(small.warnings())
        .contains(
            "1 video of another class than Normal without a range (-1 -1 -1 -1): v1__label_B1-0-0"
                + " Arson. They are not evaluated")
        .contains(
            "ranges of 1 annotated video end after the last segment, for instance 'v2__label_A' up"
                + " to frame 66 of 3 segments of 16 frames");
  }

  @Test
  void warnsOfLengthsThatDoNotFitTheSegments() throws IOException {
    String csv = file("truth.csv", "video_id,split,label,frames,anomalies\nv3,test,0,99,\n");
    StageRunner.run(
        small.context(WriteMode.ERROR), new AnnotateStage(), options(AnnotationFormat.CSV, csv));
    assertThat(small.warnings())
        .contains("the length of 1 annotated video differs from the ingested segments")
        .contains("'v3' has 99 frames but 1 segments of 16");
  }

  @Test
  void namesAFileThatIsNotThereAndAnEmptyWorkspace() {
    String absent = folder.resolve("absent.csv").toString();
    assertThatThrownBy(
            () ->
                StageRunner.run(
                    small.context(WriteMode.ERROR),
                    new AnnotateStage(),
                    options(AnnotationFormat.CSV, absent)))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Cannot read annotations from " + absent + ": ")
        .hasMessageEndingWith(": there is no such file or folder. Check the path.");
    SmallWorkspace empty = new SmallWorkspace(folder.resolve("empty"));
    assertThatThrownBy(
            () ->
                StageRunner.run(
                    empty.context(WriteMode.ERROR),
                    new AnnotateStage(),
                    options(AnnotationFormat.CSV, absent)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no footage was ingested. Run 'c2fpl ingest' first.");
  }

  @Test
  void refusesOptionsThatDoNotGoTogether() {
    assertThatThrownBy(() -> options(AnnotationFormat.NPY, "gt.npy"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--order is missing");
    assertThatThrownBy(
            () ->
                new AnnotateStage.Options(
                    AnnotationFormat.CSV, "a", "b", "test", UnknownVideos.FAIL, null))
        .isInstanceOf(UsageException.class)
        .hasMessage("Cannot use --order with --format csv: it is only for arrays. Leave it out.");
    assertThatThrownBy(
            () ->
                new AnnotateStage.Options(
                    AnnotationFormat.CSV, "a", null, "test", UnknownVideos.FAIL, Unlisted.NORMAL))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("Cannot use --unlisted with --format csv");
  }
}
