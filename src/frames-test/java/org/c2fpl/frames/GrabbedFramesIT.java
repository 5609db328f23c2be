package org.c2fpl.frames;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Row;
import org.c2fpl.endtoend.SmallFootage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.testing.Fixtures;
import org.c2fpl.testing.Launcher;
import org.c2fpl.workspace.Json;
import org.c2fpl.workspace.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pictures in the report of a real run, from videos in which the grey level is the segment's
 * number.
 */
class GrabbedFramesIT {
  private static final int FRAMES_PER_SEGMENT = 16;
  private static final String JPEG = "data:image/jpeg;base64,";

  @TempDir Path folder;

  @Test
  void aDetectionShowsTheFrameAtItsPeak() throws Exception {
    SmallFootage footage = SmallFootage.write(folder.resolve("footage"));
    Path workspace = folder.resolve("w");
    Launcher launcher = new Launcher(folder);
    Launcher.Ended run =
        launcher.run(footage.run(workspace, "--epochs", "2", "--videos", videos().toString()));
    assertThat(run.exitCode()).as(run.output()).isZero();
    List<JsonNode> listed = detections(workspace);
    assertThat(listed).isNotEmpty().allMatch(detection -> detection.path("image").isNull());

    String lost = listed.get(0).path("id").asText();
    Files.delete(folder.resolve(lost + ".mp4"));
    Launcher.Ended report =
        launcher.run(
            "report",
            "--workspace",
            workspace.toString(),
            "--write-mode",
            "overwrite",
            "--frame-grabs",
            "200");

    assertThat(report.exitCode()).as(report.output()).isZero();
    assertThat(report.output()).contains("without a picture").contains(lost + ".mp4");
    Map<String, Integer> peaks = peaks(workspace);
    for (JsonNode detection : detections(workspace)) {
      String id = detection.path("id").asText();
      if (id.equals(lost)) {
        assertThat(detection.path("image").isNull()).isTrue();
        continue;
      }
      assertThat(detection.path("image").asText()).as(id).startsWith(JPEG);
      assertThat(grey(detection.path("image").asText()))
          .as(id)
          .isCloseTo(peaks.get(id + "/" + detection.path("start").asLong()), within(3.0));
    }
  }

  /** Makes the videos of the test split; returns the CSV file with their paths. */
  private Path videos() throws IOException {
    StringBuilder csv = new StringBuilder("video_id,source,fps\n");
    for (String id : ids("train")) {
      csv.append(id).append(",,25\n");
    }
    for (String id : ids("test")) {
      Path video = GreyVideo.write(folder.resolve(id + ".mp4"), 2400, FRAMES_PER_SEGMENT);
      csv.append(id).append(',').append(video.toUri()).append(",25\n");
    }
    return Files.writeString(folder.resolve("videos.csv"), csv);
  }

  private List<String> ids(String split) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("footage").resolve(split))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("[^.].*\\.npy"))
          .map(name -> name.replaceFirst("(_i3d)?\\.npy$", ""))
          .sorted()
          .toList();
    }
  }

  private static List<JsonNode> detections(Path workspace) throws IOException {
    String html = Files.readString(workspace.resolve("report/index.html"));
    String begin = "id=\"report-data\">";
    int from = html.indexOf(begin) + begin.length();
    JsonNode data = Json.MAPPER.readTree(html.substring(from, html.indexOf("</script>", from)));
    List<JsonNode> detections = new ArrayList<>();
    for (JsonNode detection : data.path("detections")) {
      String id = data.path("videos").path(detection.path("video").asInt()).path("id").asText();
      detections.add(((com.fasterxml.jackson.databind.node.ObjectNode) detection).put("id", id));
    }
    return detections;
  }

  /** The segment with the highest score of each detection. */
  private static Map<String, Integer> peaks(Path workspace) {
    StageContext context = Fixtures.context(workspace);
    List<Row> scores =
        context
            .workspace()
            .read(context.spark(), context.workspace().leaves(Table.SEGMENT_SCORES))
            .orderBy("video_id", "segment_index")
            .collectAsList();
    Map<String, Integer> peaks = new HashMap<>();
    for (Row detection :
        context
            .workspace()
            .read(context.spark(), context.workspace().leaves(Table.DETECTIONS))
            .collectAsList()) {
      String id = detection.getAs("video_id");
      long start = detection.<Long>getAs("start_frame");
      long end = detection.<Long>getAs("end_frame");
      double highest = -1;
      for (Row score : scores) {
        int segment = score.getAs("segment_index");
        double value = score.getAs("score");
        long frame = (long) segment * FRAMES_PER_SEGMENT;
        if (id.equals(score.getAs("video_id"))
            && frame >= start
            && frame < end
            && value > highest) {
          highest = value;
          peaks.put(id + "/" + start, segment);
        }
      }
    }
    return peaks;
  }

  private static double grey(String image) throws IOException {
    byte[] bytes = Base64.getDecoder().decode(image.substring(JPEG.length()));
    BufferedImage picture = ImageIO.read(new ByteArrayInputStream(bytes));
    return new Color(picture.getRGB(picture.getWidth() / 2, picture.getHeight() / 2)).getGreen();
  }
}
