package org.c2fpl.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.stream.Stream;
import org.c2fpl.endtoend.SmallFootage;
import org.c2fpl.testing.Launcher;

/**
 * Small footage and the workspace of an undisturbed run on it. It is made once per build, because
 * every test class has its own JVM.
 */
final class Reference {
  static final String[] EPOCHS = {"--epochs", "12"};

  private final Path folder;

  private Reference(Path folder) {
    this.folder = folder;
  }

  static Reference get() throws IOException, InterruptedException {
    Path jar = Path.of("target/c2fpl-spark.jar");
    Path all = Files.createDirectories(Path.of("target/faults").toAbsolutePath());
    Path folder = all.resolve(Long.toString(Files.getLastModifiedTime(jar).toMillis()));
    Reference reference = new Reference(folder);
    // Several classes may start at once.
    try (FileChannel channel =
            FileChannel.open(
                all.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (!Files.exists(folder.resolve("done"))) {
        reference.make();
        Files.createFile(folder.resolve("done"));
      }
    }
    return reference;
  }

  private void make() throws IOException, InterruptedException {
    delete(folder);
    Files.createDirectories(folder);
    SmallFootage footage = SmallFootage.write(folder.resolve("footage"));
    Launcher.Ended ended = Faults.launcher(folder).run(footage.run(workspace(), EPOCHS));
    assertThat(ended.exitCode()).as(ended.output()).isZero();
  }

  SmallFootage footage() {
    return SmallFootage.in(folder.resolve("footage"));
  }

  Path workspace() {
    return folder.resolve("workspace");
  }

  /** Copies the workspace without some of its folders. */
  Path copyTo(Path target, String... without) throws IOException {
    try (Stream<Path> files = Files.walk(workspace())) {
      for (Path file : files.toList()) {
        Path relative = workspace().relativize(file);
        if (Stream.of(without).noneMatch(relative::startsWith)) {
          Files.copy(file, target.resolve(relative.toString()));
        }
      }
    }
    return target;
  }

  /** The same rows in all tables, the same parameters, no remnants of earlier attempts. */
  void assertSame(Path workspace) throws IOException {
    assertThat(SmallFootage.parameterHash(workspace))
        .hasSize(64)
        .isEqualTo(SmallFootage.parameterHash(workspace()));
    assertThat(SmallFootage.rows(workspace)).isEqualTo(SmallFootage.rows(workspace()));
    assertThat(SmallFootage.metrics(workspace).path("frame_auc"))
        .isEqualTo(SmallFootage.metrics(workspace()).path("frame_auc"));
    Soundness.assertSound(workspace);
    Soundness.assertNothingLeft(workspace);
  }

  static void delete(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
