package org.c2fpl.detector;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.apache.spark.SparkEnv;

/**
 * The stores of this JVM. A worker's store is filled from the shuffle when a task first needs it;
 * on another executor, after a failure, it is filled again from the same shuffle.
 */
final class StoreRegistry {
  /**
   * @param training distinguishes trainings of one application
   * @param deal stores of an earlier deal of the training are dropped when a later one is opened
   */
  record Key(String training, int deal, int worker) {}

  private static final ConcurrentMap<Key, WorkerStore> STORES = new ConcurrentHashMap<>();
  private static File directory;

  private StoreRegistry() {}

  /** The store of a key, filled by {@code fill} if this JVM does not have it. */
  static WorkerStore open(Key key, Supplier<WorkerStore> fill) {
    WorkerStore present = STORES.get(key);
    if (present != null) {
      return present;
    }
    dropBefore(key.training(), key.deal());
    return STORES.computeIfAbsent(key, absent -> fill.get());
  }

  /** Deletes the training's stores of deals before {@code deal}. */
  static void dropBefore(String training, int deal) {
    Iterator<Map.Entry<Key, WorkerStore>> entries = STORES.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<Key, WorkerStore> entry = entries.next();
      if (entry.getKey().training().equals(training) && entry.getKey().deal() < deal) {
        entries.remove();
        entry.getValue().delete();
      }
    }
  }

  /** A new file in one of Spark's local folders, deleted at the latest when the JVM ends. */
  static File newFile() {
    try {
      File file = File.createTempFile("worker", ".f32", directory());
      file.deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static synchronized File directory() throws IOException {
    if (directory == null || !directory.isDirectory()) {
      File local = SparkEnv.get().blockManager().diskBlockManager().localDirs()[0];
      directory = Files.createTempDirectory(local.toPath(), "c2fpl-detector").toFile();
      directory.deleteOnExit();
    }
    return directory;
  }
}
