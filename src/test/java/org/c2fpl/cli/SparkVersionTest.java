package org.c2fpl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.c2fpl.errors.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SparkVersionTest {
  @Test
  void thisOneIsTheProgramsOwn() {
    SparkVersion.check();
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.5", "3.5.0", "3.5.5", "3.5.9", "3.5.1-amzn-1", "3.5.0.3.7171000.3-1"})
  void patchesAndVendorsBuildsOfItWillDo(String spark) {
    SparkVersion.check(spark, "2.12.18");
  }

  @ParameterizedTest
  @CsvSource({
    "3.4.4, 2.12.17",
    "4.0.1, 2.13.16",
    "4.1.0, 2.13.17",
    "3.5.5, 2.13.8",
    "3.50.0, 2.12.18"
  })
  void othersAreRefusedByName(String spark, String scala) {
    assertThatThrownBy(() -> SparkVersion.check(spark, scala))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Cannot start: this is Spark " + spark + " for Scala " + scala)
        .hasMessageContaining("needs Spark 3.5 for Scala 2.12");
    assertThat(CommandLines.exitCode(refusal(spark, scala))).isEqualTo(ExitCode.DATA);
  }

  private static DataException refusal(String spark, String scala) {
    try {
      SparkVersion.check(spark, scala);
    } catch (DataException e) {
      return e;
    }
    throw new AssertionError("not refused");
  }
}
