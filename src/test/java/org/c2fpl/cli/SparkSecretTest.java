package org.c2fpl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.c2fpl.errors.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sources of secrets, and the places where they must not appear. */
class SparkSecretTest {
  private static final String SECRET = "spark.authenticate.secret";

  @TempDir Path folder;

  @Test
  void theEnvironmentGoesBeforeTheFile() throws IOException {
    Path file = Files.writeString(folder.resolve("s"), " of the file\n");
    SparkConf conf = secured().set("spark.authenticate.secret.file", file.toString());
    SparkSecret.settle(conf, Map.of(SparkSecret.VARIABLE, "of the environment"));
    assertThat(conf.get(SECRET)).isEqualTo("of the environment");
    conf.remove(SECRET);
    SparkSecret.settle(conf, Map.of());
    assertThat(conf.get(SECRET)).isEqualTo("of the file");
  }

  @Test
  void noneIsRefusedAndNothingElseIsTouched() {
    assertThatThrownBy(() -> SparkSecret.settle(secured(), Map.of()))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Cannot join spark://h:7077: spark.authenticate is on and no");
    SparkConf missing = secured().set("spark.authenticate.secret.file", folder + "/none");
    assertThatThrownBy(() -> SparkSecret.settle(missing, Map.of()))
        .hasMessageStartingWith("Cannot read the secret of spark.authenticate.secret.file");
    for (SparkConf other :
        new SparkConf[] {
          secured().set("spark.master", "yarn"), secured().set("spark.authenticate", "false")
        }) {
      SparkSecret.settle(other, Map.of(SparkSecret.VARIABLE, "x"));
      assertThat(other.contains(SECRET)).isFalse();
    }
  }

  @Test
  void anEventLogFolderIsMadeAndWhatTheUserSetStays() {
    Path events = folder.resolve("deep/events");
    SparkConf conf = new SparkConf(false);
    Sessions.setEventLog(conf, events.toString());
    assertThat(events).isDirectory();
    assertThat(conf.get("spark.eventLog.enabled")).isEqualTo("true");
    assertThat(conf.get("spark.eventLog.dir")).isEqualTo("file:" + events);
    SparkConf own = new SparkConf(false).set("spark.eventLog.enabled", "false");
    Sessions.setEventLog(own, events.toString());
    assertThat(own.get("spark.eventLog.enabled")).isEqualTo("false");
    Sessions.setEventLog(conf, "");
    assertThatThrownBy(() -> Sessions.setEventLog(new SparkConf(false), "nosuchfs://h/x"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("C2FPL_EVENT_LOG");
  }

  private static SparkConf secured() {
    return new SparkConf(false)
        .set("spark.master", "spark://h:7077")
        .set("spark.authenticate", "true");
  }
}
