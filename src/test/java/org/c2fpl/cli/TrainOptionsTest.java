package org.c2fpl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.c2fpl.detector.Descent;
import org.c2fpl.detector.Optimizer;
import org.c2fpl.detector.TrainingPlan;
import org.c2fpl.errors.UsageException;
import org.c2fpl.train.ThresholdChoice;
import org.c2fpl.train.TrainStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainOptionsTest {
  @Test
  void defaultsAreThePapersTraining() {
    assertThat(options())
        .isEqualTo(
            new TrainStage.Options("train", TrainingPlan.standard(4), ThresholdChoice.auto()));
  }

  @Test
  void readsAVariant() {
    TrainStage.Options options =
        options(
            "--optimizer=nesterov",
            "--momentum=0.8",
            "--learning-rate-steps=15,25",
            "--learning-rate-factor=0.2",
            "--no-attention",
            "--decay-biases",
            "--smooth=1.5");
    assertThat(options.plan().descent())
        .isEqualTo(new Descent(Optimizer.NESTEROV, 0.8, List.of(15, 25), 0.2));
    assertThat(options.attention()).isFalse();
    assertThat(options.decayBiases()).isTrue();
    assertThat(options.smooth()).isEqualTo(1.5);
    assertThat(options("--attention").attention()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--momentum=1",
        "--momentum=NaN",
        "--learning-rate-factor=0",
        "--learning-rate-steps=25,15",
        "--learning-rate-steps=0",
        "--smooth=-1",
        "--smooth=1e9"
      })
  void refusesWhatMeansNothing(String argument) {
    assertThatThrownBy(() -> options(argument))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("Cannot use " + argument.substring(0, argument.indexOf('=')));
  }

  private static TrainStage.Options options(String... arguments) {
    String[] all = new String[arguments.length + 3];
    all[0] = "train";
    all[1] = "--workspace=W";
    all[2] = "--seed=4";
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    var command = CommandLines.create();
    command.parseArgs(all);
    TrainCommand train = (TrainCommand) command.getSubcommands().get("train").getCommand();
    return train.train.options("train", train.common.seed);
  }
}
