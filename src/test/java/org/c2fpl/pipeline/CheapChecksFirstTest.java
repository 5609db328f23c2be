package org.c2fpl.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.c2fpl.annotate.AnnotateStage;
import org.c2fpl.errors.DataException;
import org.c2fpl.formats.NpyBytes;
import org.c2fpl.formats.annotations.AnnotationFormat;
import org.c2fpl.ingest.FeatureFormat;
import org.c2fpl.ingest.IngestBatch;
import org.c2fpl.ingest.IngestOptions;
import org.c2fpl.ingest.IngestStage;
import org.c2fpl.segments.Splits;
import org.c2fpl.stage.StageContext;
import org.c2fpl.testing.Fixtures;
import org.c2fpl.workspace.WriteMode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Errors in any input of a run are reported before the first input is ingested. */
class CheapChecksFirstTest {
  private static final String HEADER = "video_id,split,label,frames,anomalies\n";

  @TempDir Path folder;

  @BeforeEach
  void footage() throws IOException {
    for (String video : List.of("train/a", "train/b", "test/c", "test/d")) {
      array(video + ".npy", 8, 2, 16);
    }
    array("wider/e.npy", 8, 2, 32);
    array("cropped/f.npy", 8, 5, 16);
    Files.createDirectories(folder.resolve("empty"));
    Files.createDirectories(folder.resolve("damaged"));
    Files.writeString(folder.resolve("damaged/g.npy"), "no array");
    text("good.csv", HEADER + "c,test,1,128,16-32\nd,test,0,128,\n");
    text("headless.csv", "c,test,1,128,16-32\n");
    text("others.csv", HEADER + "x,test,1,128,16-32\nc,test,0,128,\n");
    text("late.csv", HEADER + "c,test,1,,1600-3200\n");
    text("videos.csv", "video,fps\na,25\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "absent | good.csv | - | there is no such file or folder",
        "empty | good.csv | - | there are no *.npy files",
        "damaged | good.csv | - | g.npy",
        "wider | - | - | its segments are 2 crops × 32, those of",
        "cropped | - | - | its segments are 5 crops × 16, those of",
        "test | absent.csv | - | absent.csv",
        "test | headless.csv | - | the header lacks video_id",
        "test | others.csv | - | x,test",
        "test | late.csv | - | 1600",
        "test | good.csv | absent.csv | absent.csv",
        "test | good.csv | videos.csv | video_id",
      })
  void nothingIsIngestedOfARunThatCannotEndWell(
      String test, String annotations, String videos, String found) {
    Path workspace = folder.resolve("w");
    StageContext context = Fixtures.context(workspace, 0, WriteMode.REFRESH);
    Pipeline.Options options =
        new Pipeline.Options(
            ingest("train", videos),
            ingest(test, "-"),
            annotations.equals("-") ? null : annotate(annotations),
            null);
    assertThatThrownBy(() -> Pipeline.run(context, options))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Cannot ")
        .hasMessageContaining(found);
    assertThat(workspace).doesNotExist();
  }

  @Test
  void aBatchThatIsUpToDateIsNotExaminedAgain() throws IOException {
    StageContext context = Fixtures.context(folder.resolve("w"), 0, WriteMode.REFRESH);
    IngestStage.run(context, ingest("train", "-"));
    IngestBatch again = new IngestBatch(context, ingest("train", "-"));
    assertThat(again.toIngest()).isEmpty();
    assertThat(again.shape()).isEqualTo(new Splits.Shape(2, 16, 16));
    // Its shape still counts for the other split.
    assertThatThrownBy(
            () ->
                Pipeline.run(
                    context,
                    new Pipeline.Options(ingest("train", "-"), ingest("wider", "-"), null, null)))
        .hasMessageContaining("are 2 crops × 16. Extract training and test footage");
    assertThat(folder.resolve("w/segments/split=test")).doesNotExist();
  }

  private IngestOptions ingest(String input, String videos) {
    return IngestOptions.builder(
            FeatureFormat.NPY,
            input.equals("train") ? "train" : "test",
            List.of(folder.resolve(input).toString()))
        .videosCsv(videos.equals("-") ? null : folder.resolve(videos).toString())
        .build();
  }

  private AnnotateStage.Options annotate(String file) {
    return new AnnotateStage.Options(
        AnnotationFormat.CSV,
        folder.resolve(file).toString(),
        null,
        "test",
        AnnotateStage.UnknownVideos.FAIL,
        null);
  }

  private void text(String name, String content) throws IOException {
    Files.writeString(folder.resolve(name), content);
  }

  private void array(String name, int... shape) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    double[] values = new double[shape[0] * shape[1] * shape[2]];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 7;
    }
    String text = "(" + shape[0] + ", " + shape[1] + ", " + shape[2] + ")";
    Files.write(file, NpyBytes.of("<f4", false, text, NpyBytes.encode("<f4", values)));
  }
}
