package org.c2fpl.workspace;

import java.io.IOException;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/** Replaces a file by a new one, atomically if the file system supports it. */
final class AtomicRename {
  private AtomicRename() {}

  /**
   * Writes a temporary file and renames it over another.
   *
   * @param beside the temporary file, in the same folder
   */
  static void write(FileSystem fs, Path beside, Path file, WholeFile.Content content)
      throws IOException {
    if (fs instanceof LocalFileSystem local) {
      // Hadoop's own renames a file and its checksum one after the other, and a crash in between
      // leaves a file that it refuses to read. So no checksum is written; content that must be
      // checked has its own.
      FileSystem raw = local.getRawFileSystem();
      WholeFile.write(raw, beside, content);
      raw.delete(((ChecksumFileSystem) local).getChecksumFile(file), false);
      rename(raw, beside, file);
    } else {
      WholeFile.write(fs, beside, content);
      replace(fs, beside, file);
    }
  }

  private static void replace(FileSystem fs, Path from, Path to) throws IOException {
    try {
      FileContext.getFileContext(fs.getUri(), fs.getConf())
          .rename(from, to, Options.Rename.OVERWRITE);
    } catch (UnsupportedFileSystemException e) {
      // Object stores without a FileContext: a copy, not atomic; readers see the old or no file.
      fs.delete(to, false);
      rename(fs, from, to);
    }
  }

  private static void rename(FileSystem fs, Path from, Path to) throws IOException {
    if (!fs.rename(from, to)) {
      throw new IOException("cannot rename " + from + " to " + to);
    }
  }
}
