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
 * Reads texts that users give: strict UTF-8, and never more of them than a bound, so that a wrong
 * file costs a message and no memory.
 */
public final class Utf8Text extends FilterReader {
  /** Characters that a line may have: ranges of some 80,000 anomalies in one video. */
  public static final int LONGEST_LINE = 1 << 20;

  /** Characters that a list with a line a video may have. */
  public static final long LONGEST_LIST = 256L << 20;

  /** Characters that settings, one file of them, may have. */
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
   * @param what the words after "Cannot read" in a message
   * @param longest characters that the text may have
   * @return which throws a {@link DataException} where a line or the text is too long, and a {@link
   *     java.nio.charset.CharacterCodingException} where it is no UTF-8
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
