package org.c2fpl.workspace;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Writes files; a failure names the file. */
public final class WholeFile {
  /** The content to write to a file. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private WholeFile() {}

  /**
   * Writes a file that appears completely or not at all, and replaces an existing one.
   *
   * @param content of any size: it goes to a temporary file, which is renamed
   */
  public static void replace(FileSystem fs, Path file, Content content) throws IOException {
    Path beside = new Path(file.getParent(), "_" + file.getName() + ".tmp");
    boolean written = false;
    try {
      fs.mkdirs(file.getParent());
      AtomicRename.write(fs, beside, file, content);
      written = true;
    } finally {
      if (!written) {
        fs.delete(beside, false);
      }
    }
  }

  /**
   * Writes a file or replaces it.
   *
   * @throws IOException that names the file that could not be written; Hadoop's local file system
   *     reports a full disk by an {@link Error} that does not
   */
  public static void write(FileSystem fs, Path file, byte[] content) throws IOException {
    write(fs, file, out -> out.write(content));
  }

  static void write(FileSystem fs, Path file, Content content) throws IOException {
    try (OutputStream out = fs.create(file, true)) {
      content.writeTo(out);
    } catch (FSError | IOException e) {
      throw unwritten(file, e);
    }
  }

  /** The exception for a file that could not be written. */
  public static IOException unwritten(Path file, Throwable cause) {
    return new IOException("cannot write " + file + ": " + cause.getMessage(), cause);
  }
}
