package org.c2fpl.formats.features;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.c2fpl.errors.DataException;
import org.c2fpl.formats.CsvReader;
import org.jspecify.annotations.Nullable;

/**
 * A CSV file about videos: a header with {@code video_id} and any of {@code source}, {@code fps},
 * {@code recorded_at} and {@code camera}, quoted by RFC 4180, UTF-8.
 *
 * <p>Times are ISO 8601, with a T or a blank before the time; without an offset they are UTC.
 */
public final class VideosCsv {
  private static final List<String> COLUMNS =
      List.of("video_id", "source", "fps", "recorded_at", "camera");

  private final String name;

  private VideosCsv(String name) {
    this.name = name;
  }

  /**
   * Reads the whole file, one row per video.
   *
   * @return the rows by video id, in the order of the file
   */
  public static Map<String, VideoDetails> read(InputStream in, String name) throws IOException {
    try {
      return new VideosCsv(name).videos(in);
    } catch (CharacterCodingException e) {
      throw new DataException(
          "Cannot read " + name + ": it is not UTF-8 text. Save it as UTF-8.", e);
    }
  }

  private Map<String, VideoDetails> videos(InputStream in) throws IOException {
    CsvReader reader =
        new CsvReader(
            in,
            name,
            (line, text, found, remedy) -> {
              throw wrong(line, found, remedy);
            });
    if (reader.header(List.of("video_id"), COLUMNS).isEmpty()) {
      throw wrong(1, "the file is empty", "Start it with a header: video_id,source,fps");
    }
    Map<String, VideoDetails> videos = new LinkedHashMap<>();
    for (CsvReader.Fields row = reader.next(); row != null; row = reader.next()) {
      VideoDetails video = video(row);
      if (videos.put(video.videoId(), video) != null) {
        throw wrong(
            row.line(),
            "video '" + VideoIds.printable(video.videoId()) + "' occurs a second time",
            "Give one row per video");
      }
    }
    return videos;
  }

  private VideoDetails video(CsvReader.Fields row) {
    String id = row.get("video_id");
    if (id == null) {
      throw wrong(row.line(), "no video_id", "Name the video of every row");
    }
    return new VideoDetails(
        id,
        row.get("source"),
        fps(row.get("fps"), row.line()),
        time(row.get("recorded_at"), row.line()),
        row.get("camera"));
  }

  private @Nullable Double fps(@Nullable String text, int start) {
    if (text == null) {
      return null;
    }
    double fps;
    try {
      fps = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      fps = Double.NaN;
    }
    if (!(fps > 0 && fps <= 100_000)) {
      throw wrong(
          start,
          "fps '" + VideoIds.printable(text) + "'",
          "Give frames per second as a positive number such as 29.97, or nothing");
    }
    return fps;
  }

  private @Nullable Instant time(@Nullable String text, int start) {
    if (text == null) {
      return null;
    }
    String iso = text.replace(' ', 'T');
    try {
      return OffsetDateTime.parse(iso).toInstant();
    } catch (DateTimeException withoutOffset) {
      try {
        return LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
      } catch (DateTimeException e) {
        throw new DataException(
            message(
                start,
                "recorded_at '" + VideoIds.printable(text) + "'",
                "Give a time such as 2026-11-23T08:30:00Z, or nothing"),
            e);
      }
    }
  }

  private DataException wrong(int at, String found, String whatToDo) {
    return new DataException(message(at, found, whatToDo));
  }

  private String message(int at, String found, String whatToDo) {
    return "Cannot read " + name + ": line " + at + ": " + found + ". " + whatToDo + ".";
  }
}
