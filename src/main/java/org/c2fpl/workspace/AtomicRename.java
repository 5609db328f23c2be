package org.c2fpl.workspace;

import java.io.IOException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/** Renames a file over another, atomically where the file system can. */
final class AtomicRename {
  private AtomicRename() {}

  static void replace(FileSystem fs, Path from, Path to) throws IOException {
    try {
      FileContext.getFileContext(fs.getUri(), fs.getConf())
          .rename(from, to, Options.Rename.OVERWRITE);
    } catch (UnsupportedFileSystemException e) {
      // Object stores without a FileContext: a copy, not atomic; readers see the old or no file.
      fs.delete(to, false);
      if (!fs.rename(from, to)) {
        throw new IOException("cannot rename " + from + " to " + to, e);
      }
    }
  }
}
