package org.c2fpl.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A workspace as an earlier version of this program wrote it, in {@code src/test/resources}. */
public final class GoldenWorkspace {
  public static final Path FOLDER = Path.of("src/test/resources/golden");

  private GoldenWorkspace() {}

  /**
   * Copies the workspace.
   *
   * @param format its name
   * @param to an existing folder
   */
  public static void copy(String format, Path to) throws IOException {
    Path golden = FOLDER.resolve(format);
    try (Stream<Path> files = Files.walk(golden)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(golden.relativize(file).toString());
        if (Files.isRegularFile(file)) {
          Files.copy(file, copy);
        } else {
          Files.createDirectories(copy);
        }
      }
    }
  }
}
