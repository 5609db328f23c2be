package org.c2fpl.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.c2fpl.errors.DataException;
import org.c2fpl.testing.HostileNames;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InputFilesTest {
  @TempDir Path temporary;
  private Path folder;
  private final Configuration hadoop = new Configuration();
  private final InputFiles find = new InputFiles(hadoop);

  @BeforeEach
  void realFolder() throws IOException {
    folder = temporary.toRealPath();
  }

  static Stream<String> names() {
    return Stream.concat(
        HostileNames.all(),
        Stream.of("w\tx", "w\nx", " wx", "wx ", "_w", "-w", "w.", "cam1_12:30:00", ":w", "file:w"));
  }

  /** Beside each of the others, a neighbour that the name matches if it is a pattern. */
  private static Stream<String> neighbours(String name) {
    return HostileNames.neighbours().stream().filter(neighbour -> !neighbour.equals(name));
  }

  private List<String> arrays(String... inputs) {
    return paths(find.arrays(List.of(inputs)).arrays());
  }

  private static List<String> paths(List<FileStatus> files) {
    return files.stream().map(file -> file.getPath().toUri().getPath()).toList();
  }

  private Path write(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, name);
  }

  private String content(org.apache.hadoop.fs.Path path) throws IOException {
    // As tasks do, from the path's text.
    HadoopSource source = new HadoopSource(new org.apache.hadoop.fs.Path(path.toString()), hadoop);
    try (InputStream in = source.open(0)) {
      byte[] bytes = in.readAllBytes();
      assertThat(source.length()).isEqualTo(bytes.length);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void anExistingFileIsTakenAsItStands(String name) throws IOException {
    Path file = write(name + ".npy");
    for (String neighbour : neighbours(name).toList()) {
      write(neighbour + ".npy");
    }

    List<FileStatus> found = find.arrays(List.of(file.toString())).arrays();

    assertThat(paths(found)).containsExactly(file.toString());
    assertThat(content(found.get(0).getPath())).isEqualTo(name + ".npy");
    assertThat(new String(find.smallFile("--videos", file.toString()), StandardCharsets.UTF_8))
        .isEqualTo(name + ".npy");
    try (InputStream in = find.open("annotations from", file.toString())) {
      assertThat(in.readAllBytes()).hasSize(Math.toIntExact(Files.size(file)));
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void anExistingFolderIsTakenAsItStands(String name) throws IOException {
    Path file = write(name + "/" + name + ".npy");
    for (String neighbour : neighbours(name).toList()) {
      write(neighbour + "/x.npy");
    }

    List<FileStatus> found = find.arrays(List.of(file.getParent().toString())).arrays();

    assertThat(paths(found)).containsExactly(file.toString());
    assertThat(content(found.get(0).getPath())).isEqualTo(name + "/" + name + ".npy");
  }

  @ParameterizedTest
  @MethodSource("names")
  void aPatternFindsNamesOfAnyCharacters(String name) throws IOException {
    Path file = write(name + "/" + name + ".npy");
    Path other = write("zz/w.npy");

    assertThat(arrays(folder + "/*/*.npy"))
        .containsExactlyInAnyOrder(file.toString(), other.toString());
    assertThat(arrays(folder + "/*")).containsExactlyInAnyOrder(file.toString(), other.toString());
    assertThat(arrays(folder + "/{*}/*[p]y"))
        .containsExactlyInAnyOrder(file.toString(), other.toString());
    // A name in a pattern, with what would be a pattern in it escaped.
    String escaped = name.replaceAll("[\\[\\]{}*?,\\\\^]", "\\\\$0");
    assertThat(arrays(folder + "/" + escaped + "/*.npy")).containsExactly(file.toString());
  }

  @Test
  void aPatternMatchesHiddenFilesOnlyIfItSaysSo() throws IOException {
    Path file = write("w.npy");
    Path hidden = write(".w.npy");
    write(".w.npy.crc");

    assertThat(arrays(folder + "/*")).containsExactly(file.toString());
    assertThat(arrays(folder + "/*w.n*")).containsExactly(file.toString());
    assertThat(arrays(folder + "/.*.npy")).containsExactly(hidden.toString());
  }

  /** Only what is typed for --input is a pattern. */
  @Test
  void aFileThatAnOptionNamesIsNoPattern() throws IOException {
    write("a.csv");

    assertThatThrownBy(() -> find.smallFile("--videos", folder + "/[a].csv"))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot read --videos "
                + folder
                + "/[a].csv: there is no such file or folder. Check the path.");
    assertThatThrownBy(() -> find.open("annotations from", folder + "/*"))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Cannot read annotations from " + folder + "/*: there is no such");
  }

  @Test
  void aColonInARelativeNameIsNoScheme() throws IOException {
    Path file = Files.createTempFile(Path.of(""), "a:b", ".npy");
    try {
      assertThat(arrays(file.toString())).containsExactly(file.toAbsolutePath().toString());
      assertThat(arrays(file.toString().replace("a:b", "a:?")))
          .containsExactly(file.toAbsolutePath().toString());
      assertThat(arrays("./" + file)).containsExactly(file.toAbsolutePath().toString());
    } finally {
      Files.delete(file);
    }
    assertThatThrownBy(() -> arrays("a:b"))
        .isInstanceOf(DataException.class)
        .hasMessage("Cannot ingest a:b: there is no such file or folder. Check the path.");
    assertThatThrownBy(() -> arrays("nofs://x/y"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("nofs");
    assertThatThrownBy(() -> arrays(""))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Cannot ingest : ");
    assertThatThrownBy(() -> arrays(folder + "/[a"))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Cannot ingest " + folder + "/[a: ");
  }

  /** What was ingested before keeps its fingerprint. */
  @Test
  void filesAreNamedAsHadoopNamesThem() throws IOException {
    write("w x.npy");
    write("ü.npy");

    FileSystem fs = FileSystem.getLocal(hadoop);
    FileStatus[] byHadoop = fs.listStatus(new org.apache.hadoop.fs.Path(folder.toString()));
    assertThat(InputFiles.fingerprintByPath(find.arrays(List.of(folder.toString())).arrays()))
        .isEqualTo(InputFiles.fingerprintByPath(Stream.of(byHadoop).sorted().toList()));
  }

  @Test
  void filesThatWereMovedAreTheSameAndChangedOnesAreNot() throws IOException {
    Path here = Files.createDirectories(folder.resolve("here"));
    for (String name : List.of("a.npy", "b.npy")) {
      Files.write(here.resolve(name), new byte[] {1});
      Files.setLastModifiedTime(here.resolve(name), FileTime.fromMillis(1_000));
    }
    String before = fingerprint(here);
    Path there = Files.move(here, folder.resolve("there"));
    assertThat(fingerprint(there)).isEqualTo(before);

    Files.setLastModifiedTime(there.resolve("a.npy"), FileTime.fromMillis(2_000));
    assertThat(fingerprint(there)).isNotEqualTo(before);
    Files.setLastModifiedTime(there.resolve("a.npy"), FileTime.fromMillis(1_000));
    assertThat(fingerprint(there)).isEqualTo(before);
    Files.move(there.resolve("a.npy"), there.resolve("c.npy"));
    assertThat(fingerprint(there)).isNotEqualTo(before);
  }

  private String fingerprint(Path input) {
    return InputFiles.fingerprint(find.arrays(List.of(input.toString())).arrays());
  }

  // ---- whatever lies in a folder is read, rejected or counted

  private void shell(String script) throws IOException, InterruptedException {
    Process shell =
        new ProcessBuilder("bash", "-ec", script).directory(folder.toFile()).inheritIO().start();
    assertThat(shell.waitFor()).isZero();
  }

  @Test
  @Timeout(60)
  void everyEntryIsReadRejectedOrCounted() throws Exception {
    for (String name :
        List.of(
            "a.npy",
            "B.NPY",
            "c.Npy",
            "notes.txt",
            "d.npz",
            "e.npy.gz",
            "npy",
            ".hidden.npy",
            "._a.npy",
            ".a.npy.crc",
            ".lost.npy.crc",
            "_SUCCESS",
            "_d.npy",
            "-e.npy",
            "empty/x.npy",
            "folder.npy/x.npy")) {
      write(name);
    }
    Files.createFile(folder.resolve("zero.npy"));
    shell(
        """
        ln -s a.npy link.npy
        ln -s /no/such dangling.npy
        ln -s /no/such dangling
        ln -s loop.npy loop.npy
        ln -s empty linked.npy
        ln -s empty linked
        mkfifo pipe.npy pipe
        touch "$(printf 'M\\374ller.npy')" "$(printf 'M\\374ller')"
        """);

    InputFiles.Found found = find.arrays(List.of(folder.toString(), folder + "/a.npy"));

    assertThat(found.arrays().stream().map(file -> file.getPath().getName()))
        .containsExactly("-e.npy", "B.NPY", "_d.npy", "a.npy", "c.Npy", "link.npy", "zero.npy");
    Map<String, String> problems =
        Map.of(
            "dangling.npy", "it is a link to a file that does not exist",
            "loop.npy", "Too many levels of symbolic links",
            "linked.npy", "it is a folder",
            "folder.npy", "it is a folder",
            "pipe.npy", "it is a pipe, a socket or a device",
            "M\uFFFDller.npy", "its name is not in UTF-8");
    assertThat(found.bad()).hasSize(problems.size());
    problems.forEach(
        (name, problem) ->
            assertThat(found.bad())
                .extracting(BadVideo::reason)
                .anySatisfy(
                    reason ->
                        assertThat(reason)
                            .startsWith("Cannot use " + folder + "/" + name + ": " + problem)));
    assertThat(found.leftOut())
        .hasToString(
            "7 files were left out, not named *.npy: M\uFFFDller, d.npz, dangling, ...; 4 hidden"
                + " files were left out: ._a.npy, .hidden.npy, .lost.npy.crc, ...; 2 sub-folders"
                + " were not searched: empty, linked");
  }

  @Test
  void aFolderWithoutArraysIsRefusedWithWhatIsInIt() throws IOException {
    write("a.npz");
    write("b.mat");

    assertThatThrownBy(() -> arrays(folder.toString()))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot ingest FOLDER: there are no *.npy files in FOLDER (2 files were left out, not"
                    .replace("FOLDER", folder.toString())
                + " named *.npy: a.npz, b.mat). Check the path.");
  }

  @Test
  @Timeout(60)
  void whatIsNoFileIsNotOpened() throws Exception {
    shell("mkfifo pipe; ln -s /no/such link");

    assertThat(find.arrays(List.of(folder + "/pipe")).bad()).hasSize(1);
    assertThatThrownBy(() -> find.smallFile("--videos", folder + "/pipe"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("it is a pipe, a socket or a device");
    assertThatThrownBy(() -> find.open("--annotations", folder + "/link"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("it is a link to a file that does not exist");
    assertThatThrownBy(() -> find.open("--annotations", folder.toString()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("it is not one file");
  }

  /** Lists its folder; ends with the message, if any. */
  static final class Lister {
    public static void main(String[] folders) {
      try {
        System.out.println(new InputFiles(new Configuration()).arrays(List.of(folders)).arrays());
      } catch (DataException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  /** Started without the launcher, in a locale whose names are ASCII. */
  @Test
  void namesThatTheProcessCannotDecodeAreRefused() throws Exception {
    write("plain.npy");
    write("Müller.npy");
    write("日本.npy");
    ProcessBuilder java =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Lister.class.getName(),
            folder.toString());
    java.environment().put("LC_ALL", "POSIX");
    Process process = java.start();

    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualToIgnoringNewLines(
            "Cannot read the folder "
                + folder
                + ": 2 of the names in it have characters that this process cannot read, because it"
                + " takes names for ANSI_X3.4-1968. Start the driver and the executors with"
                + " LC_ALL=C.UTF-8 in their environment.");
  }
}
