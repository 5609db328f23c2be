package org.c2fpl.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A file system of a few megabytes: a tmpfs mounted by root or, in a separate namespace, by any
 * user; if neither is allowed, a small {@code /dev/shm}, as in containers.
 */
final class SmallDisk implements AutoCloseable {
  private static final long MOST_SHARED = 512L << 20;

  private final Path folder;
  private final Path mounted;
  private final Process namespace;

  private SmallDisk(Path folder, Path mounted, Process namespace) {
    this.folder = folder;
    this.mounted = mounted;
    this.namespace = namespace;
  }

  /**
   * @param mountPoint a folder to create
   */
  static SmallDisk of(int megabytes, Path mountPoint) throws IOException, InterruptedException {
    Files.createDirectories(mountPoint);
    String mount = "mount -t tmpfs -o size=" + megabytes + "m c2fpl '" + mountPoint + "'";
    Process direct = new ProcessBuilder("bash", "-c", mount).start();
    if (direct.waitFor() == 0) {
      return new SmallDisk(mountPoint, mountPoint, null);
    }
    Path ready = mountPoint.resolveSibling("ready-" + UUID.randomUUID());
    Process namespace =
        new ProcessBuilder(
                "unshare",
                "--user",
                "--map-root-user",
                "--mount",
                "bash",
                "-c",
                mount + " && touch '" + ready + "' && exec sleep 600")
            .start();
    while (namespace.isAlive() && !Files.exists(ready)) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    if (namespace.isAlive()) {
      Path seen = Path.of("/proc", Long.toString(namespace.pid()), "root" + mountPoint);
      return new SmallDisk(seen, null, namespace);
    }
    Path shared = Path.of("/dev/shm");
    if (Files.isWritable(shared) && Files.getFileStore(shared).getTotalSpace() <= MOST_SHARED) {
      return new SmallDisk(Files.createTempDirectory(shared, "c2fpl"), null, null);
    }
    throw new IllegalStateException(
        "Cannot make a small disk: neither 'mount -t tmpfs' nor 'unshare --user --mount' is allowed"
            + " here, and /dev/shm is no small one. Allow one of them to run this test.");
  }

  Path folder() {
    return folder;
  }

  /** Fills the disk except for so many bytes. */
  void fillBut(long bytes) throws IOException {
    Path filler = folder.resolve("filler");
    byte[] block = new byte[4096];
    try (OutputStream out =
        Files.newOutputStream(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      while (Files.getFileStore(folder).getUsableSpace() > bytes) {
        out.write(block);
      }
    } catch (IOException e) {
      if (Files.getFileStore(folder).getUsableSpace() > block.length) {
        throw e;
      }
    }
  }

  void free() throws IOException {
    Files.delete(folder.resolve("filler"));
  }

  @Override
  public void close() throws IOException, InterruptedException {
    if (mounted != null) {
      new ProcessBuilder("umount", "--lazy", mounted.toString()).start().waitFor();
    } else if (namespace != null) {
      namespace.destroyForcibly().waitFor();
    } else {
      Reference.delete(folder);
    }
  }
}
