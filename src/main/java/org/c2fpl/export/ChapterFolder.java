package org.c2fpl.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.c2fpl.workspace.Json;
import org.c2fpl.workspace.WholeFile;

/**
 * A folder of chapters, one file per video, with an index. Users may keep other files there; the
 * index lists the files of the export.
 *
 * <p>Memory: one name per video, and one row.
 */
final class ChapterFolder {
  /** The index of files and videos. */
  static final String INDEX = "chapters.jsonl";

  static final String ENDING = ".vtt";

  private final FileSystem fs;
  private final Path folder;
  private final FileNames names = new FileNames();
  private final List<ObjectNode> index = new ArrayList<>();
  private Iterator<Row> rows;
  private Row next;

  ChapterFolder(FileSystem fs, Path folder) {
    this.fs = fs;
    this.folder = folder;
  }

  /** Whether chapters or other WebVTT files exist. */
  boolean isTaken() throws IOException {
    return fs.exists(folder)
        && (fs.exists(new Path(folder, INDEX))
            || fs.listStatus(folder, path -> path.getName().endsWith(ENDING)).length > 0);
  }

  /**
   * Writes a file for every video, then the index; finally deletes the files that only the previous
   * index lists, so that no video keeps old detections.
   *
   * @param detections ordered by split, video and start
   * @return the rows written
   */
  long write(Iterator<Row> detections) throws IOException {
    rows = detections;
    advance();
    long written = 0;
    while (next != null) {
      written += writeVideo();
    }
    Set<String> before = indexed();
    WholeFile.replace(
        fs,
        new Path(folder, INDEX),
        out -> {
          for (ObjectNode entry : index) {
            out.write((entry + "\n").getBytes(StandardCharsets.UTF_8));
          }
        });
    index.forEach(entry -> before.remove(entry.path("file").asText()));
    for (String file : before) {
      fs.delete(new Path(folder, file), false);
    }
    return written;
  }

  int videos() {
    return index.size();
  }

  private int writeVideo() throws IOException {
    String split = next.getAs("split");
    String video = next.getAs("video_id");
    String file = names.of(split, video) + ENDING;
    int[] cues = new int[1];
    WholeFile.replace(
        fs,
        new Path(folder, file),
        out -> {
          Writer text = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
          Chapters chapters = new Chapters(text, video);
          while (next != null
              && video.equals(next.getAs("video_id"))
              && split.equals(next.getAs("split"))) {
            chapters.add(next.getAs("start_seconds"), next.getAs("end_seconds"), title(next));
            advance();
          }
          text.flush();
          cues[0] = chapters.cues();
        });
    index.add(
        Json.object()
            .put("video_id", video)
            .put("split", split)
            .put("file", file)
            .put("cues", cues[0]));
    return cues[0];
  }

  private static String title(Row row) {
    return String.format(
        Locale.ROOT,
        "Anomaly %.3f, frames %d to %d",
        row.<Double>getAs("peak_score"),
        row.<Long>getAs("start_frame"),
        row.<Long>getAs("end_frame") - 1);
  }

  private void advance() {
    next = rows.hasNext() ? rows.next() : null;
  }

  /** The files of the existing index. */
  private Set<String> indexed() throws IOException {
    Set<String> files = new LinkedHashSet<>();
    try (InputStream in = fs.open(new Path(folder, INDEX));
        MappingIterator<JsonNode> entries = Json.MAPPER.readerFor(JsonNode.class).readValues(in)) {
      while (entries.hasNext()) {
        String file = entries.next().path("file").asText();
        // It may have been edited: no path out of the folder is followed.
        if (file.endsWith(ENDING) && !file.contains("/")) {
          files.add(file);
        }
      }
    } catch (FileNotFoundException e) {
      return files;
    }
    return files;
  }
}
