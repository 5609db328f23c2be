package org.c2fpl.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.c2fpl.formats.NpyBytes;
import org.c2fpl.testing.Said;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kind of bad input through the whole command: exit code 65, a message that names file and
 * position, a record of the failed run, and a workspace whose tables are as they were.
 */
class BadInputsIT {
  /** What is wrong, how to make it, and what the message must say. */
  record Bad(String what, Maker maker, List<String> more, String message) {
    @Override
    public String toString() {
      return what;
    }
  }

  /** Writes the bad files. */
  interface Maker {
    void make(Path input) throws IOException;
  }

  @TempDir Path folder;

  static Stream<Bad> bad() {
    double[] good = new double[] {1, 2, 3, 4, 5, 6};
    return Stream.of(
        npy(
            "NaN",
            "<f4",
            "(3, 2)",
            values(1, 2, 3, Double.NaN, 5, 6),
            "a.npy: NaN at segment 1, dimension 1"),
        npy(
            "infinity",
            "<f4",
            "(3, 2)",
            values(1, 2, 3, 4, 5, Double.POSITIVE_INFINITY),
            "a.npy: Infinity at segment 2, dimension 1"),
        npy("truncated file", "<f4", "(4, 2)", good, "which is 32 bytes, and 24 follow it"),
        npy("overlong file", "<f4", "(2, 2)", good, "which is 16 bytes, and 24 follow it"),
        npy(
            "header with a wrong shape",
            "<f8",
            "(3, 2)",
            good,
            "which is 48 bytes, and 24 follow it"),
        npy("wrong rank", "<f4", "(6,)", good, "rank 1"),
        npy("zero segments", "<f4", "(0, 2)", new double[0], "no segments"),
        raw("unknown dtype", NpyBytes.of("<c8", false, "(3, 1)", new byte[24]), "'<c8' is unknown"),
        raw(
            "pickled objects",
            NpyBytes.of("|O", false, "(3,)", new byte[24]),
            "pickled Python objects"),
        raw("no npy file", "hello".getBytes(StandardCharsets.UTF_8), "a.npy"),
        new Bad(
            "differing dim",
            input -> {
              write(input.resolve("a.npy"), "<f4", "(3, 2)", good);
              write(input.resolve("b.npy"), "<f4", "(2, 3)", good);
            },
            List.of(),
            "1 crop × 3 values"),
        new Bad(
            "differing crops",
            input -> {
              write(input.resolve("a.npy"), "<f4", "(3, 1, 2)", good);
              write(input.resolve("b.npy"), "<f4", "(1, 3, 2)", good);
            },
            List.of(),
            "3 crops × 2 values"),
        new Bad("no files", input -> {}, List.of(), "there are no *.npy files in"),
        new Bad(
            "no such folder",
            input -> Files.delete(input),
            List.of(),
            "there is no such file or folder"),
        new Bad(
            "duplicate ids",
            input -> {
              write(input.resolve("a.npy"), "<f4", "(3, 2)", good);
              write(input.resolve("a_i3d.npy"), "<f4", "(3, 2)", good);
            },
            List.of(),
            "video id 'a' is also that of"),
        new Bad(
            "unsafe id: control character",
            input -> write(input.resolve("a\u0007b.npy"), "<f4", "(3, 2)", good),
            List.of(),
            "control character"),
        new Bad(
            "unsafe id: separator",
            input -> {
              write(input.resolve("all.npy"), "<f4", "(3, 2)", good);
              Files.write(
                  input.resolve("ranges"),
                  NpyBytes.of("<i8", false, "(1, 2)", NpyBytes.encode("<i8", 0, 3)));
              Files.writeString(input.resolve("names"), "a/b\n");
            },
            List.of("--format", "concat", "--ranges", "INPUT/ranges", "--names", "INPUT/names"),
            "separator"),
        new Bad(
            "range past the end",
            input -> {
              write(input.resolve("all.npy"), "<f4", "(3, 2)", good);
              Files.write(
                  input.resolve("ranges"),
                  NpyBytes.of("<i8", false, "(1, 2)", NpyBytes.encode("<i8", 0, 4)));
            },
            List.of("--format", "concat", "--ranges", "INPUT/ranges"),
            "range"),
        new Bad(
            "missing crop",
            input -> {
              write(input.resolve("a__0.npy"), "<f4", "(3, 2)", good);
              write(input.resolve("a__2.npy"), "<f4", "(3, 2)", good);
            },
            List.of("--format", "npy-per-crop"),
            "crop 1 of video 'a' is missing"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bad")
  void endsWith65AndChangesNothing(Bad bad) throws IOException {
    Path workspace = folder.resolve("workspace");
    Path first = Files.createDirectories(folder.resolve("first"));
    write(first.resolve("earlier.npy"), "<f4", "(3, 2)", new double[] {1, 2, 3, 4, 5, 6});
    assertThat(ingest(workspace, first, List.of()).exitCode()).isZero();
    TreeMap<String, Long> before = tables(workspace);

    Path input = Files.createDirectories(folder.resolve("input"));
    bad.maker().make(input);
    List<String> more = new ArrayList<>(List.of("--batch", "1"));
    bad.more().forEach(argument -> more.add(argument.replace("INPUT", input.toString())));
    Path target = bad.more().contains("concat") ? input.resolve("all.npy") : input;
    Said said = ingest(workspace, target, more);

    print(bad.what(), said);
    assertThat(said.exitCode()).isEqualTo(65);
    assertThat(said.err())
        .startsWith("error: Cannot ")
        .contains(bad.message())
        .doesNotContain("\tat ");
    assertThat(tables(workspace)).isEqualTo(before);
    assertThat(SmallFootage.runs(workspace))
        .last()
        .satisfies(
            run -> {
              assertThat(run.path("outcome").asText()).isEqualTo("data");
              assertThat(run.path("exit_code").asInt()).isEqualTo(65);
              assertThat(said.err()).contains(run.path("message").asText());
            });
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          unknown video          | other,train,1,48,0-16        | was not ingested
          overlapping ranges     | earlier,train,1,48,0-20;16-32 | overlap
          reversed range         | earlier,train,1,48,32-16     | reversed
          range past the end     | earlier,train,1,48,32-64     | 32-64
          label 0 with anomalies | earlier,train,0,48,0-16      | label
          no number              | earlier,train,1,x,0-16       | x
          """)
  void badAnnotationsEndWith65AndChangeNothing(String what, String line, String expected)
      throws IOException {
    Path workspace = folder.resolve("workspace");
    Path first = Files.createDirectories(folder.resolve("first"));
    write(first.resolve("earlier.npy"), "<f4", "(3, 2)", new double[] {1, 2, 3, 4, 5, 6});
    assertThat(ingest(workspace, first, List.of()).exitCode()).isZero();
    TreeMap<String, Long> before = tables(workspace);
    Path annotations = folder.resolve("annotations.csv");
    Files.writeString(annotations, "video_id,split,label,frames,anomalies\n" + line + "\n");

    Said said =
        Said.by(
            "annotate",
            "--workspace",
            workspace.toString(),
            "--format",
            "csv",
            "--input",
            annotations.toString());

    print(what, said);
    assertThat(said.exitCode()).isEqualTo(65);
    assertThat(said.err()).startsWith("error: Cannot ").contains("line 2").contains(expected);
    assertThat(tables(workspace)).isEqualTo(before);
  }

  private void print(String what, Said said) {
    System.out.printf(
        "| %s | %d | %s |%n",
        what,
        said.exitCode(),
        said.err().strip().replace(folder.toString(), "").replaceAll("\\s*\\n\\s*", " "));
  }

  private static Said ingest(Path workspace, Path input, List<String> more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "ingest",
                "--workspace",
                workspace.toString(),
                "--split",
                "train",
                "--input",
                input.toString()));
    arguments.addAll(more);
    return Said.by(arguments);
  }

  /** Every file of the workspace but the records of runs, with its time of change. */
  private static TreeMap<String, Long> tables(Path workspace) throws IOException {
    TreeMap<String, Long> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(workspace)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        if (!file.toString().contains("/_runs/")) {
          files.put(
              workspace.relativize(file).toString(), Files.getLastModifiedTime(file).toMillis());
        }
      }
    }
    return files;
  }

  private static Bad npy(String what, String descr, String shape, double[] data, String message) {
    byte[] bytes = NpyBytes.encode("<f4", data);
    return raw(what, NpyBytes.of(descr, false, shape, bytes), message);
  }

  private static Bad raw(String what, byte[] content, String message) {
    return new Bad(what, input -> Files.write(input.resolve("a.npy"), content), List.of(), message);
  }

  private static void write(Path file, String descr, String shape, double[] data)
      throws IOException {
    Files.write(file, NpyBytes.of(descr, false, shape, NpyBytes.encode(descr, data)));
  }

  private static double[] values(double... values) {
    return Arrays.copyOf(values, values.length);
  }
}
