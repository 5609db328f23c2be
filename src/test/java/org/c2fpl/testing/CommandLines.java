package org.c2fpl.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Reads the command lines of all processes of the machine repeatedly, as every user of a Linux
 * machine can.
 */
public final class CommandLines implements AutoCloseable {
  private final Set<String> seen = ConcurrentHashMap.newKeySet();
  private final Thread thread = new Thread(this::look, "command-lines");

  public CommandLines() {
    thread.setDaemon(true);
    thread.start();
  }

  /** Every command line so far, with arguments separated by blanks. */
  public Set<String> seen() {
    return seen;
  }

  private void look() {
    try {
      while (true) {
        try (DirectoryStream<Path> processes =
            Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
          for (Path process : processes) {
            lookAt(process.resolve("cmdline"));
          }
        }
        TimeUnit.MILLISECONDS.sleep(200);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  private void lookAt(Path file) {
    try {
      seen.add(Files.readString(file, StandardCharsets.ISO_8859_1).replace('\0', ' '));
    } catch (IOException e) {
      return; // It ended meanwhile.
    }
  }

  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    thread.join(10_000);
  }
}
