package org.c2fpl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.c2fpl.testing.Said;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Every option of every command, misspelt: exit code 64, a suggestion, and nothing is made. */
class MisspeltNamesTest {
  @TempDir Path folder;

  @Test
  void theOppositesOfOptionsAreKnown() {
    CommandLine root = CommandLines.create();
    root.getSubcommands()
        .forEach(
            (name, command) ->
                assertThat(command.getCommandSpec().negatedOptionsMap().keySet())
                    .allSatisfy(
                        opposite -> assertThat(UnknownNames.in(root, name, opposite)).isEmpty()));
    assertThat(UnknownNames.in(root, "train", "--no-promote")).isEmpty();
  }

  @TestFactory
  List<DynamicTest> everyMisspeltOptionIsAnsweredWithWhatWasMeant() {
    List<DynamicTest> tests = new ArrayList<>();
    CommandLine root = CommandLines.create();
    for (Map.Entry<String, CommandLine> command : root.getSubcommands().entrySet()) {
      tests.add(
          DynamicTest.dynamicTest(
              command.getKey(), () -> misspell(root, command.getKey(), command.getValue())));
    }
    return tests;
  }

  private void misspell(CommandLine root, String name, CommandLine command) throws IOException {
    Set<String> known = command.getCommandSpec().optionsMap().keySet();
    List<String> begun =
        known.contains("--workspace")
            ? List.of(name, "--workspace", folder.resolve("W").toString())
            : List.of(name);
    List<OptionSpec> lists =
        command.getCommandSpec().options().stream().filter(o -> o.arity().max() > 1).toList();
    for (OptionSpec option : command.getCommandSpec().options()) {
      String right = option.longestName();
      List<String> last = List.of();
      for (String wrong : misspellings(right)) {
        if (known.contains(wrong) || wrong.equals("--master")) {
          continue;
        }
        List<List<String>> lines = new ArrayList<>();
        lines.add(joined(List.of(name, wrong, "x"), begun.subList(1, begun.size())));
        lines.add(joined(begun, List.of(wrong + "=x")));
        for (OptionSpec list : lists) {
          lines.add(joined(begun, List.of(list.longestName(), "a", "b", wrong)));
          lines.add(joined(begun, List.of(wrong, list.longestName(), "a", "b")));
        }
        for (List<String> line : lines) {
          String message =
              UnknownNames.in(root, line.toArray(String[]::new)).orElseThrow().getMessage();
          assertThat(message)
              .as("%s", line)
              .startsWith("Cannot use " + wrong + ": '" + name + "' has no such option.")
              .containsPattern("Did you mean [^?]*" + right + "( or [^?]*)?\\?");
          last = line;
        }
      }
      // Every command line passes this check; the last one of each option runs like a user's.
      Said said = Said.by(last);
      assertThat(said.exitCode()).as("%s", last).isEqualTo(64);
      assertThat(said.err())
          .startsWith("error: Cannot use ")
          .contains("See 'c2fpl " + name + " --help'.");
    }
    try (var made = Files.list(folder)) {
      assertThat(made).isEmpty();
    }
  }

  private static List<String> joined(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  /** One letter changed, dropped, doubled or swapped with the next; the other English; one dash. */
  private static Set<String> misspellings(String option) {
    Set<String> wrong = new TreeSet<>();
    int middle = 2 + (option.length() - 2) / 2;
    for (int at : new int[] {2, middle, option.length() - 1}) {
      String before = option.substring(0, at);
      wrong.add(before + 'q' + option.substring(at + 1));
      wrong.add(before + option.substring(at + 1));
      wrong.add(before + option.charAt(at) + option.substring(at));
    }
    char[] swapped = option.toCharArray();
    swapped[middle] = option.charAt(middle - 1);
    swapped[middle - 1] = option.charAt(middle);
    wrong.add(new String(swapped));
    wrong.add(option.replace("ize", "ise"));
    wrong.add(option.replace("model", "modell"));
    wrong.add(option.replace('-', '_').replaceFirst("^__", "--"));
    wrong.add(option.toUpperCase(java.util.Locale.ROOT));
    wrong.add(option.substring(1));
    wrong.remove(option);
    return wrong;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "run --train T --standardise | Did you mean --standardize?",
        "run --trian T | Did you mean --train?",
        "run --train T --test T --trian X | Did you mean --train?",
        "stats --workspace W --dry-rnu | Did you mean --dry-run?",
        "stats --workspace --standardise | Did you mean --standardize?",
        "--workspace W run | there is no command before it",
        "corse --workspace W | Did you mean coarse?",
        "help corse | Did you mean coarse?",
        "hlep | Did you mean help?",
        "coarse --workspace W --preset robsut | Did you mean robust?",
        "coarse --workspace W --clustering gmm-emm | -",
        "stats --workspace W --write-mode overwite | Did you mean overwrite?",
        "ingest --workspace W --split s --input I --format npyy | Did you mean npy?",
        "experiment --workspace W --study conf/studies/eta.yaml --set standardise=true"
            + " | Did you mean standardize?",
      })
  void whatWasMeantIsNamed(String arguments, String meant) {
    Said said = Said.by(arguments.split(" ", -1));
    assertThat(said.exitCode()).isEqualTo(64);
    assertThat(said.err()).startsWith("error: ").contains(meant == null ? "" : meant);
    assertThat(Path.of("W")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "standardise = true, Did you mean standardize?",
    "epoch = 3, Did you mean epochs?",
    "write_mode = skip, Did you mean write-mode?"
  })
  void aKeyOfAConfigurationFileToo(String line, String meant) throws IOException {
    Path config = folder.resolve("c.properties");
    Files.writeString(config, line);
    Said said = Said.by("stats", "--workspace", "W", "--config", config.toString());
    assertThat(said.exitCode()).isEqualTo(64);
    assertThat(said.err()).contains(meant);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name: s\\nseed: [0]\\nvariants: [{name: v}] | Did you mean seeds?",
        "name: s\\nseeds: [0]\\nvariants: [{name: v, sett: {}}] | Did you mean set?",
        "name: s\\nseeds: [0]\\nvariants: [{name: v, set: {standardise: true}}] | Did you mean"
            + " standardize?",
      })
  void aKeyOfAStudyToo(String text, String meant) throws IOException {
    Path study = folder.resolve("s.yaml");
    Files.writeString(study, text.replace("\\n", "\n"));
    Said said = Said.by("experiment", "--workspace", "W", "--study", study.toString());
    assertThat(said.exitCode()).isEqualTo(65);
    assertThat(said.err()).contains(meant);
  }

  @ParameterizedTest
  @CsvSource({"help, <command>", "-h, <command>", "help run, --annotations-format"})
  void helpIsHelp(String arguments, String shown) {
    Said said = Said.by(arguments.split(" ", -1));
    assertThat(said.exitCode()).isZero();
    assertThat(said.out()).contains("Usage: c2fpl", shown);
    assertThat(said.err()).isEmpty();
  }

  @Test
  void noCommandIsHelpAndStillAMistake() {
    Said said = Said.by();
    assertThat(said.exitCode()).isEqualTo(64);
    assertThat(said.err())
        .startsWith("error: No command was given")
        .contains("Usage: c2fpl", "experiment");
  }

  @ParameterizedTest
  @CsvSource({
    "--fps, -1, 64",
    "--min-score, -.5, 64",
    "--min-score, -1e-3, 64",
  })
  void valuesMayBeginWithADash(String option, String value, int code) {
    // The rest is refused for another reason: the value has been read.
    Said said =
        Said.by(
            "export",
            "--format",
            "csv",
            "--output",
            "-",
            "--json",
            "--workspace",
            "W",
            option,
            value);
    assertThat(said.exitCode()).isEqualTo(code);
    assertThat(said.err()).doesNotContain("no such option");
  }

  @Test
  void onlyCommandsThatTakeInFootageMakeAWorkspace() {
    assertThat(CommandLines.create().getSubcommands().values())
        .filteredOn(
            each -> each.getCommand() instanceof WorkspaceCommand its && its.makesWorkspace())
        .extracting(CommandLine::getCommandName)
        .containsExactlyInAnyOrder("ingest", "run", "demo");
  }
}
