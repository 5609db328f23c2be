package org.c2fpl.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Ten-crop footage larger than memory in a small heap. */
final class HeapSection implements Section {
  private static final int CROPS = 10;
  private static final int DIM = 2048;
  private static final int SEGMENTS = 102_400;
  private static final int QUICK_SEGMENTS = 2_048;
  private static final List<String> HEAPS = List.of("1g", "4g");
  private static final List<String> STAGES = List.of("ingest", "stats");
  private static final Pattern TIME =
      Pattern.compile("\\((?:(\\d+) h )?(?:(\\d+) min)? ?(?:([\\d.]+) s)?\\)$");

  @Override
  public String title() {
    return "a small heap and large rows";
  }

  @Override
  public Outcome run(Bench bench) throws IOException, InterruptedException {
    int segments = bench.quick() ? QUICK_SEGMENTS : SEGMENTS;
    Path features = bench.folder("heap-features");
    Lines lines = new Lines();
    try {
      Bench.delete(features);
      write(Files.createDirectories(features), segments);
      for (int repeat = 0; repeat < bench.options().repeats(); repeat++) {
        for (String heap : HEAPS) {
          measure(bench, features, heap, lines);
        }
      }
    } finally {
      Bench.delete(features);
    }
    List<Comparison> comparisons = new ArrayList<>();
    for (String stage : STAGES) {
      comparisons.add(
          new Comparison(
              String.format(
                  Locale.ROOT,
                  "%s of %,d segments × %d × %,d (%.1f GB)",
                  stage,
                  segments,
                  CROPS,
                  DIM,
                  (double) segments * CROPS * DIM * Float.BYTES / 1e9),
              "s",
              lines.figure("heap of 1g", stage, "seconds"),
              lines.figure("heap of 4g", stage, "seconds"),
              Goal.ratioAtMost(1.25)));
    }
    return new Outcome(
        "`submit/c2fpl ingest` of .npy files, two of the videos a quarter and an eighth of all"
            + " segments, and `stats`, with `C2FPL_DRIVER_MEMORY=1g` against `4g`, everything else"
            + " as it is by default; the seconds that the program prints. All runs completed, or"
            + " there would be no table.",
        comparisons,
        List.of());
  }

  private static void measure(Bench bench, Path features, String heap, Lines lines)
      throws IOException, InterruptedException {
    Path workspace = bench.folder("heap-workspace");
    String name = "heap of " + heap;
    Bench.delete(workspace);
    try {
      for (String stage : STAGES) {
        List<String> arguments =
            new ArrayList<>(List.of(stage, "--workspace", workspace.toString()));
        if (stage.equals("ingest")) {
          arguments.addAll(List.of("--split", "train", "--input", features.toString()));
        }
        List<String> printed =
            bench.run(
                bench
                    .program(name, arguments.toArray(String[]::new))
                    .with("C2FPL_DRIVER_MEMORY", heap),
                lines);
        bench.keep(bench.line(name, stage).put("seconds", seconds(stage, printed)), lines);
      }
    } finally {
      Bench.delete(workspace);
    }
  }

  /** The seconds in the last line of a stage. */
  static double seconds(String stage, List<String> printed) {
    for (String line : printed) {
      Matcher time = TIME.matcher(line);
      if (line.startsWith(stage) && time.find()) {
        return 3600 * number(time.group(1)) + 60 * number(time.group(2)) + number(time.group(3));
      }
    }
    throw new IllegalStateException(stage + " printed no time: " + printed);
  }

  private static double number(String text) {
    return text == null ? 0 : Double.parseDouble(text);
  }

  private static void write(Path folder, int segments) throws IOException {
    List<Integer> videos = new ArrayList<>(List.of(segments / 4, segments / 8));
    int rest = segments - segments / 4 - segments / 8;
    int others = Math.max(1, rest / 500);
    for (int v = 0; v < others; v++) {
      videos.add(rest / others + (v < rest % others ? 1 : 0));
    }
    int length = CROPS * DIM;
    float[] pool = FootageTables.pool(length);
    byte[] bytes = new byte[length * Float.BYTES];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int v = 0; v < videos.size(); v++) {
      Path file = folder.resolve(String.format(Locale.ROOT, "video_%04d.npy", v));
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
        out.write(header(videos.get(v)));
        for (int s = 0; s < videos.get(v); s++) {
          buffer.asFloatBuffer().put(pool, (s * 31 + v * 7) % (pool.length - length), length);
          out.write(bytes);
        }
      }
    }
  }

  private static byte[] header(int segments) {
    String text =
        String.format(
            Locale.ROOT,
            "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d, %d), }",
            segments,
            CROPS,
            DIM);
    byte[] header = new byte[128];
    Arrays.fill(header, (byte) ' ');
    byte[] magic = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0};
    System.arraycopy(magic, 0, header, 0, magic.length);
    byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(ascii, 0, header, magic.length, ascii.length);
    header[127] = '\n';
    return header;
  }
}
