package org.c2fpl.workspace;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Writes small files; a failure names the file. */
public final class WholeFile {
  private WholeFile() {}

  /**
   * Writes a file or replaces it.
   *
   * @throws IOException that says which file could not be written; Hadoop's local file system tells
   *     of a full disk by an {@link Error} that does not
   */
  public static void write(FileSystem fs, Path file, byte[] content) throws IOException {
    try (OutputStream out = fs.create(file, true)) {
      out.write(content);
    } catch (FSError | IOException e) {
      throw unwritten(file, e);
    }
  }

  /** The failure to write a file. */
  public static IOException unwritten(Path file, Throwable cause) {
    return new IOException("cannot write " + file + ": " + cause.getMessage(), cause);
  }
}
