package org.c2fpl.formats.annotations;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.util.OptionalLong;
import org.c2fpl.errors.DataException;
import org.c2fpl.formats.CsvReader;
import org.c2fpl.formats.Utf8Text;

/** The lines of an annotation text: UTF-8, numbered from 1, blank ones left out. */
final class TextLines {
  private static final String BYTE_ORDER_MARK = "\uFEFF";
  // 18 digits always fit a long, and so do sums of two.
  private static final int MOST_DIGITS = 18;

  @FunctionalInterface
  interface LineConsumer {
    void accept(int line, String text);
  }

  private TextLines() {}

  /**
   * @throws DataException if the bytes are not UTF-8 text
   * @throws IOException if the stream cannot be read
   */
  static void forEach(String source, InputStream in, LineConsumer consumer) throws IOException {
    BufferedReader reader =
        Utf8Text.reader(in, "annotations from " + source, Utf8Text.LONGEST_LIST);
    int line = 0;
    try {
      for (String text = reader.readLine(); text != null; text = reader.readLine()) {
        line++;
        if (line == 1 && text.startsWith(BYTE_ORDER_MARK)) {
          text = text.substring(1);
        }
        if (!text.isBlank()) {
          consumer.accept(line, text);
        }
      }
    } catch (CharacterCodingException e) {
      throw noText(source, line, e);
    }
  }

  /** The text as CSV. */
  static CsvReader csv(String source, InputStream in, Problems problems) {
    return new CsvReader(
        in,
        "annotations from " + source,
        (line, text, found, remedy) -> problems.add(line, text, found));
  }

  static DataException noText(String source, int line, CharacterCodingException e) {
    return new DataException(
        "Cannot read annotations from "
            + source
            + ": after line "
            + line
            + " it is not UTF-8 text. Give the annotation file in the format that --format names.",
        e);
  }

  /** A number without sign; empty if the text is not a number. */
  static OptionalLong wholeNumber(String text) {
    if (text.isEmpty()
        || text.length() > MOST_DIGITS
        || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(Long.parseLong(text));
  }
}
