package org.c2fpl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.c2fpl.coarse.Clustering;
import org.c2fpl.errors.UsageException;
import org.c2fpl.experiment.Study;
import org.c2fpl.experiment.StudyFile;
import org.c2fpl.pipeline.Pipeline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Presets, and what lies over them. */
class PresetsTest {
  @TempDir Path folder;

  static Stream<String> presets() {
    return OptionFile.PRESETS.stream();
  }

  @ParameterizedTest
  @MethodSource("presets")
  void everyKeyOfAPresetIsAnOption(String preset) {
    assertThat(OptionDefaults.known(CommandLines.create()))
        .containsAll(OptionFile.preset(preset).options().keySet());
  }

  @ParameterizedTest
  @MethodSource("presets")
  void everyPresetIsAMethod(String preset) {
    Study.Variant variant =
        new Study.Variant(
            preset, new TreeMap<>(Map.of("preset", preset)), Study.DETECTOR, null, null);
    assertThat(method(variant)).isNotNull();
  }

  @Test
  void thePaperIsTheDefault() {
    Study.Variant paper =
        new Study.Variant(
            "paper", new TreeMap<>(Map.of("preset", "paper")), Study.DETECTOR, null, null);
    Study.Variant none = new Study.Variant("none", new TreeMap<>(), Study.DETECTOR, null, null);
    assertThat(method(paper)).isEqualTo(method(none));
  }

  static Stream<Path> studies() throws IOException {
    return Files.list(Path.of("conf", "studies")).sorted();
  }

  @ParameterizedTest
  @MethodSource("studies")
  void everyStudyThatComesWithTheProgramCanBeRun(Path file) {
    Study study = StudyFile.read(file).study();
    assertThat(file).hasFileName(study.name() + ".yaml");
    assertThat(study.variants())
        .allSatisfy(
            variant ->
                assertThat(
                        VariantOptions.method(
                            study, variant, VariantOptions.explicit(study, variant), 0))
                    .isNotNull());
  }

  @Test
  void theCommandLineWinsOverTheFileAndTheFileOverThePreset() throws IOException {
    Path config = folder.resolve("c2fpl.properties");
    Files.writeString(config, "epochs = 7\nbeta = 0.3\npreset = published-code\n");
    OptionDefaults defaults =
        new OptionDefaults(Map.of("epochs", "30", "eta", "2.5", "beta", "0.4"))
            .under(OptionFile.config(config));
    CommandLine parsed = CommandLines.create();
    defaults.applyTo(parsed);
    var run = parsed.parseArgs("run", "--train", "X", "--beta", "0.1").subcommand();
    assertThat(run.commandSpec().findOption("--epochs").<Integer>getValue()).isEqualTo(7);
    assertThat(run.commandSpec().findOption("--eta").<String>getValue()).isEqualTo("2.5");
    assertThat(run.commandSpec().findOption("--beta").<Double>getValue()).isEqualTo(0.1);
    assertThat(run.commandSpec().findOption("--batch-size").<Integer>getValue()).isEqualTo(128);
  }

  @Test
  void theEnvironmentWinsOverTheFileAndTheCommandLineOverTheEnvironment() throws IOException {
    Path config = folder.resolve("c2fpl.properties");
    Files.writeString(config, "epochs = 7\nbatch-size = 64\neta = 3\n");
    Map<String, String> environment =
        Map.of(
            "C2FPL_RUN_EPOCHS", "9",
            "C2FPL_RUN_BATCH_SIZE", "32",
            "C2FPL_RUN_STANDARDIZE", "true",
            "C2FPL_RUN_PRESET", "robust",
            "C2FPL_TRAIN_EPOCHS", "11",
            "C2FPL_LOG", "x");
    String[] args = {"run", "--train", "X", "--config", config.toString(), "--epochs", "2"};
    CommandLine parsed = CommandLines.create();
    OptionDefaults.of(args, environment).applyTo(parsed);
    var run = parsed.parseArgs(args).subcommand().commandSpec();
    assertThat(run.findOption("--epochs").<Integer>getValue()).isEqualTo(2);
    assertThat(run.findOption("--batch-size").<Integer>getValue()).isEqualTo(32);
    assertThat(run.findOption("--standardize").<Boolean>getValue()).isTrue();
    assertThat(run.findOption("--eta").<String>getValue()).isEqualTo("3");
    assertThat(run.findOption("--clustering").<Object>getValue()).isEqualTo(Clustering.RANKED);
    assertThat(OptionDefaults.withVariables(List.of(args), "run", environment))
        .contains("--batch-size=32", "--preset=robust")
        .doesNotContain("--epochs=11");
  }

  @Test
  void aVariableThatIsNoOptionIsRefused() {
    Map<String, String> environment = Map.of("C2FPL_TRAIN_EPOCH", "9");
    String[] stats = {"stats", "--workspace", "W"};
    assertThat(OptionDefaults.of(stats, environment)).isNotNull();
    assertThatThrownBy(() -> OptionDefaults.of(new String[] {"train"}, environment))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot use the environment variable C2FPL_TRAIN_EPOCH: 'train' has no such option."
                + " Did you mean C2FPL_TRAIN_EPOCHS? Unset it, or correct its name.");
  }

  @Test
  void aFlagThatTheFileHasMayBeRepeatedOrTakenBack() {
    for (String given :
        new String[] {null, "--standardize", "--standardize=false", "--no-standardize"}) {
      CommandLine parsed = CommandLines.create();
      new OptionDefaults(Map.of("standardize", "true")).applyTo(parsed);
      var stats =
          (given == null ? parsed.parseArgs("stats") : parsed.parseArgs("stats", given))
              .subcommand();
      assertThat(stats.commandSpec().findOption("--standardize").<Boolean>getValue())
          .as(given)
          .isEqualTo(given == null || given.equals("--standardize"));
    }
  }

  private static Pipeline.Method method(Study.Variant variant) {
    Study study = StudyFile.parse("name: s\nseeds: [0]\nvariants: [{name: v}]\n", "here").study();
    return VariantOptions.method(study, variant, VariantOptions.explicit(study, variant), 0);
  }
}
