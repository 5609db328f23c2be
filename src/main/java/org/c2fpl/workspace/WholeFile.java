package org.c2fpl.workspace;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Writes files; a failure names the file. */
public final class WholeFile {
  /** What is written to a file, in one go. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private WholeFile() {}

  /**
   * Writes a file that appears whole or not at all, and replaces the one that may be there.
   *
   * @param content may be of any size: it goes to a file beside, which is renamed
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
   * @throws IOException that says which file could not be written; Hadoop's local file system tells
   *     of a full disk by an {@link Error} that does not
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

  /** The failure to write a file. */
  public static IOException unwritten(Path file, Throwable cause) {
    return new IOException("cannot write " + file + ": " + cause.getMessage(), cause);
  }
}
