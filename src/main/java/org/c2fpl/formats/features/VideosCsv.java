package org.c2fpl.formats.features;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.c2fpl.errors.DataException;
import org.c2fpl.formats.Utf8Text;

/**
 * A CSV file about videos: a header with {@code video_id} and any of {@code source}, {@code fps},
 * {@code recorded_at} and {@code camera}, quoted as RFC 4180 says, UTF-8.
 *
 * <p>Times are ISO 8601, with a blank in place of the T if need be; without an offset they are UTC.
 */
public final class VideosCsv {
  private static final Set<String> COLUMNS =
      Set.of("video_id", "source", "fps", "recorded_at", "camera");

  private final Reader in;
  private final String name;
  private int line = 1;

  private VideosCsv(Reader in, String name) {
    this.in = in;
    this.name = name;
  }

  /**
   * Reads the whole file, a row a video.
   *
   * @return in the order of the file, by video id
   */
  public static Map<String, VideoDetails> read(InputStream in, String name) throws IOException {
    try (Reader reader = Utf8Text.reader(in, name, Utf8Text.LONGEST_LIST)) {
      reader.mark(1);
      if (reader.read() != '\uFEFF') {
        reader.reset();
      }
      return new VideosCsv(reader, name).rows();
    } catch (CharacterCodingException e) {
      throw new DataException(
          "Cannot read " + name + ": it is no UTF-8 text. Save it as UTF-8.", e);
    }
  }

  private Map<String, VideoDetails> rows() throws IOException {
    List<String> header = record();
    if (header == null) {
      throw wrong(1, "the file is empty", "Begin it with a header: video_id,source,fps");
    }
    for (String column : header) {
      if (!COLUMNS.contains(column)) {
        throw wrong(
            1,
            "unknown column '" + VideoIds.printable(column) + "'",
            "Columns are video_id, source, fps, recorded_at and camera");
      }
    }
    if (new HashSet<>(header).size() < header.size()) {
      throw wrong(1, "a column stands twice", "Name each column once");
    }
    if (!header.contains("video_id")) {
      throw wrong(1, "no column video_id", "Begin the file with a header that names it");
    }
    Map<String, VideoDetails> videos = new LinkedHashMap<>();
    while (true) {
      int start = line;
      List<String> fields = record();
      if (fields == null) {
        return videos;
      }
      if (fields.size() == 1 && fields.get(0).isEmpty()) {
        continue;
      }
      if (fields.size() != header.size()) {
        throw wrong(
            start,
            fields.size() + " fields where the header has " + header.size(),
            "Give every row all fields, and quote fields that have commas");
      }
      VideoDetails video = video(header, fields, start);
      if (videos.put(video.videoId(), video) != null) {
        throw wrong(
            start,
            "video '" + VideoIds.printable(video.videoId()) + "' stands there a second time",
            "Give one row a video");
      }
    }
  }

  private VideoDetails video(List<String> header, List<String> fields, int start) {
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < fields.size(); i++) {
      if (!fields.get(i).isEmpty()) {
        values.put(header.get(i), fields.get(i));
      }
    }
    if (!values.containsKey("video_id")) {
      throw wrong(start, "no video_id", "Name the video of every row");
    }
    return new VideoDetails(
        values.get("video_id"),
        values.get("source"),
        fps(values.get("fps"), start),
        time(values.get("recorded_at"), start),
        values.get("camera"));
  }

  private Double fps(String text, int start) {
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
          "Give frames a second as a positive number such as 29.97, or nothing");
    }
    return fps;
  }

  private Instant time(String text, int start) {
    if (text == null) {
      return null;
    }
    String iso = text.strip().replace(' ', 'T');
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

  /** The fields of the next record; null at the end of the file. */
  private List<String> record() throws IOException {
    List<String> fields = new ArrayList<>();
    int c = in.read();
    if (c < 0) {
      return null;
    }
    while (true) {
      StringBuilder field = new StringBuilder();
      if (c == '"') {
        c = quoted(field);
      } else {
        while (c >= 0 && c != ',' && c != '\n' && c != '\r') {
          if (c == '"') {
            throw wrong(
                line, "a quote inside a field", "Quote the whole field and double quotes in it");
          }
          field.append((char) c);
          c = in.read();
        }
      }
      fields.add(field.toString());
      if (c != ',') {
        if (c == '\r') {
          in.mark(1);
          if (in.read() != '\n') {
            in.reset();
          }
        }
        line++;
        return fields;
      }
      c = in.read();
    }
  }

  /** Reads up to the closing quote; returns the character after it. */
  private int quoted(StringBuilder field) throws IOException {
    int start = line;
    while (true) {
      int c = in.read();
      if (c < 0 || field.length() >= Utf8Text.LONGEST_LINE) {
        throw wrong(start, "a quote without end", "Close it");
      }
      if (c == '"') {
        int next = in.read();
        if (next != '"') {
          if (next >= 0 && next != ',' && next != '\n' && next != '\r') {
            throw wrong(line, "text after a closing quote", "Double the quotes inside a field");
          }
          return next;
        }
      }
      if (c == '\n') {
        line++;
      }
      field.append((char) c);
    }
  }

  private DataException wrong(int at, String found, String whatToDo) {
    return new DataException(message(at, found, whatToDo));
  }

  private String message(int at, String found, String whatToDo) {
    return "Cannot read " + name + ": line " + at + ": " + found + ". " + whatToDo + ".";
  }
}
