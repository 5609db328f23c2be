package org.c2fpl.experiment;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;
import org.c2fpl.errors.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StudyFileTest {
  @TempDir Path folder;

  @Test
  void readsVariantsOverTheirBase() {
    Study study =
        StudyFile.parse(
                """
                name: both
                title: Two and a grid
                seeds: [3, -1]
                test_split: night
                base: {eta: 0.50, standardize: true}
                variants:
                  - name: plain
                    paper: 80.65
                    paper_on: UCF-Crime
                  - name: other
                    set: {eta: 1, learning-rate-steps: [15, 25], threshold: auto}
                    score: one-minus-p
                """,
                "here")
            .study();
    assertThat(study.name()).isEqualTo("both");
    assertThat(study.title()).isEqualTo("Two and a grid");
    assertThat(study.description()).isEmpty();
    assertThat(study.seeds()).containsExactly(3L, -1L);
    assertThat(study.trainSplit()).isEqualTo("train");
    assertThat(study.testSplit()).isEqualTo("night");
    Study.Variant plain = study.variants().get(0);
    assertThat(plain.options()).isEqualTo(Map.of("eta", "0.5", "standardize", "true"));
    assertThat(plain.score()).isEqualTo(Study.DETECTOR);
    assertThat(plain.paper()).isEqualTo(80.65);
    assertThat(plain.paperOn()).isEqualTo("UCF-Crime");
    Study.Variant other = study.variants().get(1);
    assertThat(other.options())
        .isEqualTo(
            Map.of(
                "eta", "1",
                "standardize", "true",
                "learning-rate-steps", "15,25",
                "threshold", "auto"));
    assertThat(other.score()).isEqualTo("one-minus-p");
    assertThat(other.paper()).isNull();
  }

  @Test
  void aGridGivesEveryCombination() {
    Study study =
        StudyFile.parse(
                """
                name: grid
                seeds: [0]
                variants:
                  - name: g
                    set: {eta: 9, epochs: 2}
                    grid: {eta: [0.5, 1], beta: [0.1, 0.2]}
                """,
                "here")
            .study();
    assertThat(study.variants())
        .extracting(Study.Variant::name)
        .containsExactly(
            "g eta=0.5, beta=0.1", "g eta=0.5, beta=0.2", "g eta=1, beta=0.1", "g eta=1, beta=0.2");
    assertThat(study.variants().get(2).options())
        .isEqualTo(Map.of("eta", "1", "beta", "0.1", "epochs", "2"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "seeds: [0] | a 'name' is ''",
        "name: A B | a 'name' is 'A B'",
        "name: stages | which is taken",
        "name: s; seeds: [0]; colour: red | the study has a key 'colour' that is unknown",
        "name: s; seeds: [0] | no list of variants",
        "name: s; seeds: [0]; variants: [] | no list of variants",
        "name: s; seeds: []; variants: [{name: a}] | it has no seeds",
        "name: s; variants: [{name: a}] | it has no seeds",
        "name: s; seeds: [x]; variants: [{name: a}] | is not a whole number",
        "name: s; seeds: [1, 1]; variants: [{name: a}] | seed 1 occurs twice",
        "name: s; seeds: [0]; variants: [{name: a}, {name: a}] | two variants are called 'a'",
        "name: s; seeds: [0]; variants: [{name: a, sett: {}}] | a key 'sett' that is unknown",
        "name: s; seeds: [0]; variants: [{name: a, set: 3}] | is not a map of options",
        "name: s; seeds: [0]; variants: [{name: a, set: {eta: {x: 1}}}] | option 'eta' is",
        "name: s; seeds: [0]; variants: [{name: a, grid: {eta: 1}}] | has no list for eta",
        "name: s; seeds: [0]; variants: [{name: a, paper: high}] | 'paper' of variant 'a'",
        "name: s; seeds: [0]; test_split: a/b; variants: [{name: a}] | test_split is 'a/b'",
        "name: s; name: t | it is no YAML",
        "name: [ | it is no YAML",
        "just text | the study is no map",
      })
  void refusesWhatIsNoStudy(String lines, String found) {
    assertThatThrownBy(() -> StudyFile.parse(lines.replace("; ", "\n"), "my.yaml"))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Cannot read study my.yaml: ")
        .hasMessageContaining(found)
        .hasMessageEndingWith(".");
  }

  @Test
  void namesAFileThatIsNotThere() {
    assertThatThrownBy(() -> StudyFile.read(Path.of("/no/such.yaml")))
        .isInstanceOf(DataException.class)
        .hasMessage("Cannot read study /no/such.yaml: there is no such file. Check the path.");
  }

  /** Bounds that are stated; nothing is expanded before they are checked. */
  @ParameterizedTest
  @ValueSource(strings = {"points", "seeds", "variants", "depth", "alias", "bomb", "length"})
  void aStudyWithoutBoundsIsRefused(String kind) throws IOException {
    String numbers = IntStream.range(0, 1000).mapToObj(String::valueOf).collect(joining(", "));
    String begun = "name: s\nseeds: [0]\nvariants:\n";
    String list = "[" + numbers + "]";
    String text =
        switch (kind) {
          case "points" ->
              begun + "- {name: v, grid: {a: " + list + ", b: " + list + ", c: " + list + "}}";
          case "seeds" ->
              "name: s\nseeds: [" + (numbers + ", ").repeat(20) + "0]\nvariants: [{name: v}]";
          case "variants" ->
              begun
                  + IntStream.range(0, 20)
                      .mapToObj(i -> "- {name: v" + i + ", grid: {a: " + list + "}}\n")
                      .collect(joining());
          case "depth" -> begun + "[".repeat(400_000);
          case "alias" -> "base: &b {eta: 1}\n" + begun + "- {name: v, set: *b}";
          case "bomb" ->
              "a: &a [x, x]\n"
                  + IntStream.range(0, 60)
                      .mapToObj(i -> "b" + i + ": &b" + i + " [*a, *a]\n")
                      .collect(joining());
          default -> begun + "#" + "x".repeat(1 << 20);
        };
    Path file = Files.writeString(folder.resolve("s.yaml"), text);
    String found =
        switch (kind) {
          case "points" -> "it has 1,000,000 points in 'grid' of variant 'v', and at most 10,000";
          case "seeds" -> "it has 20,001 seeds, and at most 10,000 are taken";
          case "variants" ->
              "variants, and at most 10,000 are taken. Divide it into several studies.";
          case "depth" -> "it is not YAML (";
          case "alias" -> "it has an alias, *b. Write its value instead.";
          case "bomb" -> "it has an alias, *a";
          default -> "has more than 1,048,576 characters";
        };
    assertThatThrownBy(() -> StudyFile.read(file))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(found);
  }
}
