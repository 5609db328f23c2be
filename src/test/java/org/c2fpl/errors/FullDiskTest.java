package org.c2fpl.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;

class FullDiskTest {
  @Test
  void whatTheSystemSaysIsFoundUnderAnyLayer() {
    Throwable full = catchThrowable(() -> Files.write(Path.of("/dev/full"), new byte[1 << 16]));
    assertThat(told(full)).contains("its disk or quota is full (No space left on device). Free");
    assertThat(told(new Error(full)))
        .as("as Hadoop's local file system reports it")
        .contains("(No space left on device)");
    assertThat(told(new IOException("Disk quota exceeded"))).contains("(Disk quota exceeded)");
  }

  @Test
  void theFileIsNamedWhereItIsTold() {
    assertThat(told(new FileSystemException("/w/x", null, "No space left on device")))
        .startsWith("Cannot write /w/x: its disk or quota is full");
  }

  @Test
  void theMachineOfATaskIsNamed() {
    Throwable full = new UncheckedIOException(new IOException("No space left on device"));
    assertThat(
            told(
                new SparkException(
                    "Job aborted due to stage failure: Lost task 0.0 in stage 1.0 (TID 1) (10.0.0.7"
                        + " executor 1): java.io.IOException: No space left on device",
                    full)))
        .contains(" on 10.0.0.7: its disk or quota is full");
  }

  @Test
  void otherFailuresAreNone() {
    assertThat(FullDisk.among(new IOException("Connection reset"))).isEmpty();
  }

  private static String told(Throwable failure) {
    RuntimeException error = FullDisk.among(failure).orElseThrow();
    assertThat(error).isInstanceOf(DataException.class);
    return error.getMessage();
  }
}
