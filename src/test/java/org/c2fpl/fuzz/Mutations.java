package org.c2fpl.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Makes hostile bytes from valid ones; the same for the same seed. */
final class Mutations {
  /** Numbers at which readers break. */
  private static final List<String> NUMBERS =
      List.of(
          "0",
          "-0",
          "-1",
          "1",
          "2147483647",
          "2147483648",
          "-2147483649",
          "9223372036854775807",
          "9223372036854775808",
          "1e999",
          "-1e999",
          "1e-400",
          "NaN",
          "Infinity",
          "-Infinity",
          "1000000000000",
          "99999999999999999999999999",
          "0x10",
          "1.5",
          "1_000",
          "007",
          "+1",
          "٣",
          "1e309",
          "null",
          "true",
          "\"1\"",
          "[]",
          "{}");

  /** Texts at which readers break. */
  private static final List<String> TEXTS =
      List.of(
          "\uFEFF",
          "\0",
          "\r",
          "\n",
          "\r\n",
          "\"",
          "'",
          ",",
          ";",
          "\\",
          "\t",
          " ",
          "日本",
          "😀",
          "\u2028",
          "\u0085",
          "\u202E",
          "../",
          "%00",
          "{{",
          "}}",
          "[[",
          "]]",
          "*a",
          "&a",
          "<<: *a",
          "!!java.lang.Object",
          "@class",
          "---",
          "#",
          "|",
          ":",
          ": ",
          "- ",
          "\u0000\u0001");

  private static final Pattern NUMBER = Pattern.compile("-?[0-9][0-9.eE+-]*");

  /** Bytes at which binary readers break: all ones, the largest and smallest of either order. */
  private static final byte[][] BYTES = {
    {-1, -1, -1, -1}, {-1, -1, -1, 127}, {127, -1, -1, -1}, {0, 0, 0, -128}, {0, 0, 0, 0}, {-128}
  };

  private final Random random;
  private final List<byte[]> seeds;

  Mutations(long seed, List<byte[]> seeds) {
    this.random = new Random(seed);
    this.seeds = seeds;
  }

  byte[] next() {
    byte[] bytes = pick(seeds);
    for (int times = 1 + random.nextInt(3); times > 0; times--) {
      bytes = mutated(bytes);
    }
    return bytes;
  }

  private byte[] mutated(byte[] bytes) {
    int at = random.nextInt(bytes.length + 1);
    switch (random.nextInt(10)) {
      case 0 -> {
        byte[] flipped = bytes.clone();
        if (flipped.length > 0) {
          flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
      }
      case 1 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 2 -> {
        return spliced(bytes, at, at, pick(TEXTS).getBytes(StandardCharsets.UTF_8));
      }
      case 3 -> {
        byte[] hostile = BYTES[random.nextInt(BYTES.length)];
        return spliced(bytes, at, Math.min(bytes.length, at + hostile.length), hostile);
      }
      case 4 -> {
        // The head of one and the tail of another.
        byte[] other = pick(seeds);
        int from = random.nextInt(other.length + 1);
        return spliced(bytes, at, bytes.length, Arrays.copyOfRange(other, from, other.length));
      }
      case 5 -> {
        int to = Math.min(bytes.length, at + random.nextInt(40));
        return spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
      }
      case 6 -> {
        return spliced(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(20)), new byte[0]);
      }
      case 7, 8 -> {
        return withOtherNumber(bytes);
      }
      default -> {
        return random.nextInt(4) == 0 ? nested(bytes, at) : withLineTwice(bytes);
      }
    }
  }

  private byte[] withOtherNumber(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    List<MatchResult> numbers = NUMBER.matcher(text).results().toList();
    if (numbers.isEmpty()) {
      return bytes;
    }
    MatchResult number = pick(numbers);
    byte[] other = pick(NUMBERS).getBytes(StandardCharsets.UTF_8);
    return spliced(bytes, number.start(), number.end(), other);
  }

  /** A field or a line twice. */
  private byte[] withLineTwice(byte[] bytes) {
    List<Integer> starts = new ArrayList<>(List.of(0));
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        starts.add(i + 1);
      }
    }
    int line = random.nextInt(starts.size());
    int from = starts.get(line);
    int to = line + 1 < starts.size() ? starts.get(line + 1) : bytes.length;
    return spliced(bytes, from, from, Arrays.copyOfRange(bytes, from, to));
  }

  private byte[] nested(byte[] bytes, int at) {
    String open = pick(List.of("[", "{\"a\":", "(", "- ", "{a: "));
    return spliced(bytes, at, at, open.repeat(20_000).getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] between) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, from);
    out.writeBytes(between);
    out.write(bytes, to, bytes.length - to);
    return out.toByteArray();
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
