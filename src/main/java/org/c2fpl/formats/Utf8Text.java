package org.c2fpl.formats;

import java.io.BufferedReader;
import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.c2fpl.errors.DataException;

/**
 * Reads texts of users: strict UTF-8 and bounded, so that a wrong file costs a message, not memory.
 */
public final class Utf8Text extends FilterReader {
  /** The most characters of a line: ranges of some 80,000 anomalies in one video. */
  public static final int LONGEST_LINE = 1 << 20;

  /** The most characters of a list with one line per video. */
  public static final long LONGEST_LIST = 256L << 20;

  /** The most characters of a file with settings. */
  public static final long LONGEST_SETTINGS = 1 << 20;

  private final String what;
  private final long longest;
  private long characters;
  private long inLine;
  private long line = 1;

  private Utf8Text(Reader in, String what, long longest) {
    super(in);
    this.what = what;
    this.longest = longest;
  }

  /**
   * A reader of the text.
   *
   * @param what the text after "Cannot read" in a message
   * @param longest the most characters of the text
   * @return a reader that throws a {@link DataException} if a line or the text is too long, and a
   *     {@link java.nio.charset.CharacterCodingException} if it is not UTF-8
   */
  public static BufferedReader reader(InputStream in, String what, long longest) {
    return new BufferedReader(
        new Utf8Text(
            new InputStreamReader(
                in,
                StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)),
            what,
            longest));
  }

  /** The whole text; see {@link #reader}. */
  public static String read(InputStream in, String what, long longest) throws IOException {
    try (Reader reader = reader(in, what, longest)) {
      StringWriter text = new StringWriter();
      reader.transferTo(text);
      return text.toString();
    }
  }

  @Override
  public int read() throws IOException {
    char[] one = new char[1];
    return read(one, 0, 1) < 0 ? -1 : one[0];
  }

  @Override
  public int read(char[] buffer, int from, int length) throws IOException {
    int count = super.read(buffer, from, length);
    for (int i = from; i < from + count; i++) {
      if (buffer[i] == '\n') {
        line++;
      }
      inLine = buffer[i] == '\n' || buffer[i] == '\r' ? 0 : inLine + 1;
      if (inLine > LONGEST_LINE) {
        throw tooLong("line " + line, LONGEST_LINE);
      }
    }
    characters += Math.max(0, count);
    if (characters > longest) {
      throw tooLong("it", longest);
    }
    return count;
  }

  private DataException tooLong(String part, long most) {
    return new DataException(
        String.format(
            Locale.ROOT,
            "Cannot read %s: %s has more than %,d characters. Check that it is the right file.",
            what,
            part,
            most));
  }
}
