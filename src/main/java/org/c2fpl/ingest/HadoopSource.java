package org.c2fpl.ingest;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.FileFaults;
import org.c2fpl.formats.ByteSource;

/** A file on a Hadoop file system. */
record HadoopSource(Path path, Configuration hadoop) implements ByteSource {

  /** The path as a user would type it, without control characters for a terminal. */
  static String shown(Path path) {
    boolean local = "file".equals(path.toUri().getScheme());
    return (local ? path.toUri().getPath() : path.toString()).replaceAll("\\p{Cntrl}", "?");
  }

  @Override
  public String name() {
    return shown(path);
  }

  @Override
  public long length() throws IOException {
    try {
      return fileSystem().getFileStatus(path).getLen();
    } catch (FileNotFoundException | AccessControlException e) {
      throw unreadable(e);
    }
  }

  @Override
  public InputStream open(long offset) throws IOException {
    try {
      FSDataInputStream in = fileSystem().open(path);
      if (offset > 0) {
        in.seek(offset);
      }
      return in;
    } catch (FileNotFoundException | AccessControlException e) {
      throw unreadable(e);
    }
  }

  private FileSystem fileSystem() throws IOException {
    FileSystem fs = path.getFileSystem(hadoop);
    // Hadoop keeps checksums in a second file, and parses a colon in its name as the end of a
    // scheme.
    return fs instanceof LocalFileSystem local && path.getName().indexOf(':') >= 0
        ? local.getRawFileSystem()
        : fs;
  }

  /** A file that is missing or unreadable does not become readable by trying again. */
  private DataException unreadable(IOException e) {
    return new DataException(
        "Cannot read "
            + name()
            + ": "
            + FileFaults.reason(e)
            + ". Check that the file exists and can be read on every node.",
        e);
  }
}
