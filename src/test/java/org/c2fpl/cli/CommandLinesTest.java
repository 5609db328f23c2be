package org.c2fpl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.SparkException;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.UsageException;
import org.c2fpl.testing.HostileNames;
import org.c2fpl.testing.Said;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Arguments, configuration files and exit codes; no command here starts Spark. */
class CommandLinesTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "stats",
        "stats --workspace W --nonsense",
        "coarse --workspace W --eta x",
        "coarse --workspace W --eta 0",
        "coarse --workspace W --eta auto",
        "coarse --workspace W --clustering none",
        "coarse --workspace W --known-share 0.5",
        "coarse --workspace W --supervision partial --known-share 1.5",
        "coarse --workspace W --supervision partial --clustering published-code",
        "coarse --workspace W --clustering ranked --beta 0",
        "stats --workspace W --norm l1",
        "fine --workspace W --beta 1",
        "stats --workspace W --write-mode perhaps",
        "ingest --workspace W --split train --input X --format tar",
        "ingest --workspace W --split a/b --input X",
        "ingest --workspace W --split train --input X --format concat",
        "annotate --workspace W --format npy --input X",
        "evaluate --workspace W --split ../x",
        "promote --workspace W --if-not-worse --split ../x",
        "report --workspace W --run-id ../x",
        "report --workspace W --wait-for-lock long",
        "coarse --workspace W --preset nonsense",
        "export --workspace W --output X",
        "export --workspace W --format xml --output X",
        "export --workspace W --format csv",
        "export --workspace W --format webvtt --output -",
        "export --workspace W --format webvtt --output X --what scores",
        "export --workspace W --format csv --output X --what scores --fps 25",
        "export --workspace W --format csv --output X --top-k 0",
        "export --workspace W --format csv --output X --min-score high",
        "export --workspace W --format csv --output X --fps -1",
        "export --workspace W --format csv --output X --write-mode skip",
        "export --workspace W --format csv --output X --split ../x",
        "experiment --workspace W",
        "experiment --workspace W --study conf/studies/eta.yaml --parallel 0",
        "experiment --workspace W --study conf/studies/eta.yaml --only nonsense",
        ""
      })
  void wrongArgumentsEndWith64AndAMessage(String arguments) {
    assertThat(messageOf(64, arguments.isEmpty() ? new String[0] : arguments.split(" ", -1)))
        .startsWith("error: ")
        .doesNotContain("\tat ");
    assertThat(folder.resolve("W")).doesNotExist();
  }

  @Test
  void aTypoIsAnsweredWithWhatWasMeant() {
    assertThat(messageOf(64, "corse")).contains("coarse");
  }

  @Test
  void aConfigurationFileStandsUnderTheCommandLine() throws IOException {
    Path config = folder.resolve("c2fpl.properties");
    Files.writeString(config, "eta = 0\n");
    // The file's 0 is refused; the command line's value wins over it.
    assertThat(messageOf(64, "coarse", "--workspace", "W", "--config", config.toString()))
        .contains("--eta 0.0");
    assertThat(messageOf(64, "coarse", "--workspace", "W", "--eta=-1", "--config=" + config))
        .contains("--eta -1.0");
  }

  @Test
  void aKeyThatNoCommandHasIsRefused() throws IOException {
    Path config = folder.resolve("c2fpl.properties");
    Files.writeString(config, "etta = 1.0\n");
    assertThat(messageOf(64, "coarse", "--workspace", "W", "--config", config.toString()))
        .contains("no command has an option '--etta'")
        .contains("eta");
  }

  @ParameterizedTest
  @MethodSource("org.c2fpl.testing.HostileNames#all")
  void aConfigurationFileMayHaveAnyName(String name) throws IOException {
    Path config = Files.writeString(folder.resolve(name), "eta = 0\n");
    for (String neighbour : HostileNames.neighbours()) {
      if (!neighbour.equals(name)) {
        Files.writeString(folder.resolve(neighbour), "eta = -1\n");
      }
    }
    assertThat(messageOf(64, "coarse", "--workspace", "W", "--config", config.toString()))
        .contains("--eta 0.0");
  }

  @Test
  void aMissingConfigurationFileIsNamed() {
    assertThat(messageOf(65, "coarse", "--workspace", "W", "--config", "/no/such"))
        .contains("Cannot read --config /no/such: there is no such file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/no/such.yaml | there is no such file",
        "set: {etta: 1} | no stage has an option 'etta'. Did you mean eta? Options are: ",
        "set: {max-time: 2h} | no stage has an option 'max-time'",
        "set: {beta: high} | Invalid value for option '--beta'",
        "set: {eta: high} | Cannot use --eta high",
        "set: {eta: 0} | Cannot use --eta 0.0",
        "set: {preset: mine} | Presets are: paper,",
      })
  void aWrongStudyIsWrongData(String variant, String found) throws IOException {
    Path study = folder.resolve("s.yaml");
    Files.writeString(study, "name: s\nseeds: [0]\nvariants: [{name: v, " + variant + "}]\n");
    String file = variant.startsWith("/") ? variant : study.toString();
    assertThat(messageOf(65, "experiment", "--workspace", "W", "--study", file)).contains(found);
  }

  @Test
  void aShellsGlobMayGiveSeveralInputs() {
    var parsed =
        CommandLines.create()
            .parseArgs(
                "ingest", "--workspace", "W", "--input", "a.npy", "b.npy", "c", "--split", "train")
            .subcommand();
    assertThat(parsed.matchedOption("--input").<java.util.List<String>>getValue())
        .containsExactly("a.npy", "b.npy", "c");
    assertThat(parsed.matchedOption("--split").<String>getValue()).isEqualTo("train");
  }

  @Test
  void failuresHaveTheirCodes() {
    assertThat(CommandLines.exitCode(new UsageException("u"))).isEqualTo(64);
    assertThat(CommandLines.exitCode(new DataException("d"))).isEqualTo(65);
    assertThat(CommandLines.exitCode(new RuntimeException("x", new DataException("d"))))
        .isEqualTo(65);
    assertThat(CommandLines.exitCode(new UncheckedIOException(new AccessDeniedException("/w"))))
        .as("what a file system refuses")
        .isEqualTo(65);
    assertThat(CommandLines.exitCode(new UncheckedIOException(new IOException("reset by peer"))))
        .isEqualTo(70);
    assertThat(CommandLines.exitCode(new IllegalStateException("i"))).isEqualTo(70);
    ConnectException refused = new ConnectException("Connection refused");
    assertThat(CommandLines.exitCode(new UncheckedIOException(refused))).isEqualTo(75);
    assertThat(CommandLines.exitCode(new DataException("Cannot open workspace.", refused)))
        .as("what could not be reached is neither missing nor damaged")
        .isEqualTo(75);
    assertThat(
            CommandLines.exitCode(
                new DataException("Cannot open workspace.", new UnknownHostException("nowhere"))))
        .as("a wrong address")
        .isEqualTo(65);
    assertThat(
            CommandLines.exitCode(
                new SparkException(
                    "FetchFailed(n1, java.io.IOException: No space left on device)")))
        .as("lost by a full disk")
        .isEqualTo(65);
  }

  @Test
  void helpAndVersionEndWell() {
    assertShows("demo", "--help");
    assertShows("spark 3.5.9", "--version");
    assertShows("--standardize", "stats", "--help");
  }

  private static void assertShows(String shown, String... arguments) {
    Said said = Said.by(arguments);
    assertThat(said.exitCode()).isZero();
    assertThat(said.out()).contains(shown);
  }

  /** The message of a command line that ends with this exit code. */
  private static String messageOf(int exitCode, String... arguments) {
    Said said = Said.by(arguments);
    assertThat(said.exitCode()).isEqualTo(exitCode);
    return said.err();
  }
}
