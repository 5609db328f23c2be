package org.c2fpl.formats;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.c2fpl.errors.DataException;

/**
 * The header of an npy file of version 1.0 to 3.0.
 *
 * <p>The header is a Python dictionary in text form. It is parsed as exactly the three keys and the
 * few literals that numpy writes; anything else is refused, and nothing is evaluated.
 *
 * @param shape length of each axis; empty for a scalar
 * @param fortranOrder whether the first axis varies fastest in the file, not the last
 * @param dataOffset position of the first element in the file, in bytes
 */
public record NpyHeader(NpyDtype dtype, List<Long> shape, boolean fortranOrder, long dataOffset) {

  /**
   * The largest header. numpy's own headers have some hundred bytes; a greater length is damage or
   * an attack.
   */
  static final int LONGEST_HEADER = 1 << 20;

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  public NpyHeader {
    shape = List.copyOf(shape);
  }

  /**
   * Reads the header; the stream is then at the first element.
   *
   * @param name the name of the file in messages
   * @throws DataException if this is not an npy file that can be read safely
   */
  public static NpyHeader read(InputStream in, String name) throws IOException {
    DataInputStream data = new DataInputStream(in);
    try {
      byte[] magic = new byte[MAGIC.length];
      int read = data.readNBytes(magic, 0, magic.length);
      if (read == 0) {
        throw unreadable(name, "the file is empty", "Make it again with numpy.save");
      }
      if (read >= 2 && magic[0] == 'P' && magic[1] == 'K') {
        throw unreadable(
            name, "it is a zip archive, perhaps an npz", "Save one array per file with numpy.save");
      }
      if (!Arrays.equals(magic, MAGIC)) {
        throw unreadable(name, "it does not start like an npy file", "Save arrays with numpy.save");
      }
      int major = data.readUnsignedByte();
      int minor = data.readUnsignedByte();
      if (major < 1 || major > 3 || minor != 0) {
        throw unreadable(
            name,
            "it has npy version " + major + "." + minor,
            "Versions 1.0, 2.0 and 3.0 can be read; save it with numpy.save");
      }
      long length =
          major == 1
              ? Short.toUnsignedInt(Short.reverseBytes(data.readShort()))
              : Integer.toUnsignedLong(Integer.reverseBytes(data.readInt()));
      if (length > LONGEST_HEADER) {
        throw unreadable(
            name,
            "its header claims " + length + " bytes, and " + LONGEST_HEADER + " are the limit",
            "The file is damaged; make it again with numpy.save");
      }
      byte[] text = new byte[(int) length];
      data.readFully(text);
      Charset charset = major == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
      long offset = MAGIC.length + 2L + (major == 1 ? 2 : 4) + length;
      return new Parser(new String(text, charset), name).header(offset);
    } catch (EOFException e) {
      throw new DataException(
          message(name, "it ends within its header", "The file is cut short; copy it again"), e);
    }
  }

  /** The number of elements. */
  public long elements() {
    // Cannot overflow: the parser has checked the product.
    return shape.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
  }

  /** The number of bytes of the elements. */
  public long dataBytes() {
    return elements() * dtype.bytes();
  }

  /**
   * Refuses a file whose length does not match the header.
   *
   * @param length the file's length in bytes
   */
  public void checkLength(long length, String name) {
    long found = length - dataOffset;
    if (found != dataBytes()) {
      throw lengthMismatch(name, String.valueOf(found), found < dataBytes());
    }
  }

  DataException lengthMismatch(String name, String found, boolean truncated) {
    return unreadable(
        name,
        "its header says "
            + dtype
            + " "
            + shapeText()
            + ", which is "
            + dataBytes()
            + " bytes, and "
            + found
            + " follow it",
        truncated
            ? "The file is cut short or its header is wrong; copy or make it again"
            : "The file is too long or its header is wrong; make it again with numpy.save");
  }

  /** The shape as Python writes it: {@code (32, 10, 2048)}. */
  public String shapeText() {
    List<String> lengths = shape.stream().map(String::valueOf).toList();
    return lengths.size() == 1
        ? "(" + lengths.get(0) + ",)"
        : "(" + String.join(", ", lengths) + ")";
  }

  static String message(String name, String found, String whatToDo) {
    return "Cannot read " + name + ": " + found + ". " + whatToDo + ".";
  }

  static DataException unreadable(String name, String found, String whatToDo) {
    return new DataException(message(name, found, whatToDo));
  }

  /** Parser of {@code {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }}. */
  private static final class Parser {
    private final String text;
    private final String name;
    private int at;

    Parser(String text, String name) {
      this.text = text;
      this.name = name;
    }

    NpyHeader header(long dataOffset) {
      NpyDtype dtype = null;
      Boolean fortranOrder = null;
      List<Long> shape = null;
      expect('{');
      while (!accept('}')) {
        String key = string();
        expect(':');
        boolean repeated =
            switch (key) {
              case "descr" -> dtype != null;
              case "fortran_order" -> fortranOrder != null;
              case "shape" -> shape != null;
              default -> throw malformed("unknown key '" + printable(key) + "'");
            };
        if (repeated) {
          throw malformed("key '" + key + "' twice");
        }
        switch (key) {
          case "descr" -> dtype = dtype();
          case "fortran_order" -> fortranOrder = bool();
          default -> shape = shape();
        }
        if (!accept(',')) {
          expect('}');
          break;
        }
      }
      skipBlanks();
      if (at < text.length()) {
        throw malformed("text after the dictionary");
      }
      if (dtype == null || fortranOrder == null || shape == null) {
        String missing = dtype == null ? "descr" : fortranOrder == null ? "fortran_order" : "shape";
        throw malformed("no key '" + missing + "'");
      }
      checkSize(dtype, shape);
      return new NpyHeader(dtype, shape, fortranOrder, dataOffset);
    }

    private void checkSize(NpyDtype dtype, List<Long> shape) {
      try {
        long bytes = dtype.bytes();
        for (long length : shape) {
          // An axis of length 0 must not hide an overflow from the others.
          bytes = Math.multiplyExact(bytes, Math.max(1, length));
        }
      } catch (ArithmeticException e) {
        throw new DataException(
            message(
                name,
                "its header claims the shape " + shape + ", more than any file holds",
                "The file is damaged; make it again with numpy.save"),
            e);
      }
    }

    private NpyDtype dtype() {
      if (peek() == '[') {
        throw unreadable(
            name,
            "its elements are records (a structured dtype)",
            "Save a plain array of float16, float32 or float64");
      }
      String descr = string();
      if (descr.contains("O")) {
        throw unreadable(
            name,
            "it holds pickled Python objects, which are never loaded",
            "Save a plain array of float16, float32 or float64");
      }
      return NpyDtype.parse(descr)
          .orElseThrow(
              () ->
                  unreadable(
                      name,
                      "its dtype '" + printable(descr) + "' is unknown",
                      "Save it as float16, float32 or float64"));
    }

    private boolean bool() {
      skipBlanks();
      for (boolean value : new boolean[] {true, false}) {
        String literal = value ? "True" : "False";
        if (text.startsWith(literal, at)) {
          at += literal.length();
          return value;
        }
      }
      throw malformed("a fortran_order that is neither True nor False");
    }

    private List<Long> shape() {
      List<Long> lengths = new ArrayList<>();
      expect('(');
      boolean separated = true;
      while (!accept(')')) {
        if (!separated) {
          throw malformed("a shape without commas");
        }
        lengths.add(number());
        separated = accept(',');
      }
      if (lengths.size() == 1 && !separated) {
        throw malformed("a shape that is not a tuple");
      }
      if (lengths.size() > 32) {
        throw malformed("a shape of " + lengths.size() + " axes");
      }
      return lengths;
    }

    private long number() {
      skipBlanks();
      int start = at;
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        at++;
      }
      String digits = text.substring(start, at);
      if (digits.isEmpty()) {
        throw malformed("a shape with something other than lengths");
      }
      if (digits.length() > 18) {
        throw malformed("a shape with a length of " + digits.length() + " digits");
      }
      // Python 2 wrote long integers with an L.
      if (at < text.length() && text.charAt(at) == 'L') {
        at++;
      }
      return Long.parseLong(digits);
    }

    private String string() {
      char quote = peek();
      if (quote != '\'' && quote != '"') {
        throw malformed("something other than text where text belongs");
      }
      int end = text.indexOf(quote, at + 1);
      if (end < 0) {
        throw malformed("a text without end");
      }
      String content = text.substring(at + 1, end);
      if (content.indexOf('\\') >= 0) {
        throw malformed("an escape sequence");
      }
      at = end + 1;
      return content;
    }

    private char peek() {
      skipBlanks();
      return at < text.length() ? text.charAt(at) : '\0';
    }

    private boolean accept(char c) {
      if (peek() != c) {
        return false;
      }
      at++;
      return true;
    }

    private void expect(char c) {
      if (!accept(c)) {
        throw malformed("no '" + c + "' at character " + at);
      }
    }

    private void skipBlanks() {
      while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
    }

    private DataException malformed(String found) {
      return unreadable(
          name, "its header has " + found, "The file is damaged; make it again with numpy.save");
    }
  }

  /** The beginning of a text, without control characters for a terminal. */
  static String printable(String content) {
    String shown = content.length() > 40 ? content.substring(0, 40) + "..." : content;
    return shown.replaceAll("\\p{C}", "?");
  }
}
