package org.c2fpl.ingest;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.FileFaults;

/**
 * A file or folder: its status, or why it cannot be read.
 *
 * <p>The local file system is read through {@code java.nio}, because Hadoop's listing fails at a
 * colon in a name and silently skips entries that it cannot open or decode.
 *
 * @param status null where there is a problem
 * @param problem null where there is a status
 */
record Entry(Path path, FileStatus status, String problem) {
  private static final String UTF_8 = "UTF-8";
  private static final String CHARSET = System.getProperty("sun.jnu.encoding", UTF_8);
  private static final String SET_LOCALE =
      "Start the driver and the executors with LC_ALL=C.UTF-8 in their environment";

  private static final long BLOCK = 32L << 20;

  String name() {
    return path.getName();
  }

  boolean isFolder() {
    return status != null && status.isDirectory();
  }

  /** Whether Hadoop and Spark treat it as an internal file. */
  boolean hidden() {
    return name().startsWith(".") || name().equals("_SUCCESS");
  }

  /** The entry at a path; empty if nothing exists there. */
  static Optional<Entry> at(FileSystem fs, Path path) throws IOException {
    Path whole = fs.makeQualified(path);
    try {
      if (!isLocal(fs)) {
        return Optional.of(new Entry(whole, fs.getFileStatus(whole), null));
      }
      java.nio.file.Path file = local(whole);
      return Files.exists(file, LinkOption.NOFOLLOW_LINKS)
          ? Optional.of(local(file))
          : Optional.empty();
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /**
   * The entries of a folder, in no order.
   *
   * @throws DataException if names have characters that this process cannot read
   */
  static List<Entry> in(FileSystem fs, Path folder) throws IOException {
    List<Entry> entries = new ArrayList<>();
    if (!isLocal(fs)) {
      for (FileStatus status : fs.listStatus(folder)) {
        entries.add(new Entry(status.getPath(), status, null));
      }
      return entries;
    }
    long undecodable = 0;
    try (DirectoryStream<java.nio.file.Path> files = Files.newDirectoryStream(local(folder))) {
      for (java.nio.file.Path file : files) {
        entries.add(local(file));
        undecodable += isDecodable(file) ? 0 : 1;
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    if (undecodable > 0 && !CHARSET.equals(UTF_8)) {
      throw new DataException(
          "Cannot read the folder "
              + HadoopSource.shown(folder)
              + ": "
              + undecodable
              + " of the names in it have characters that this process cannot read, because it"
              + " takes names for "
              + CHARSET
              + ". "
              + SET_LOCALE
              + ".");
    }
    return entries;
  }

  /** The advice for a name that a user typed and that does not exist. */
  static String checkPath() {
    return CHARSET.equals(UTF_8)
        ? "Check the path"
        : "Check the path. If it has characters outside "
            + CHARSET
            + ", which this process takes names for: "
            + SET_LOCALE;
  }

  /** A path below a folder; unlike Hadoop's constructor it takes any name literally. */
  static Path child(Path folder, String name) {
    String parent = folder.toUri().getPath();
    return new Path(
        folder.toUri().getScheme(),
        folder.toUri().getAuthority(),
        (parent.endsWith("/") ? parent : parent + "/") + name);
  }

  static boolean isLocal(FileSystem fs) {
    return "file".equals(fs.getUri().getScheme());
  }

  private static java.nio.file.Path local(Path path) {
    return java.nio.file.Path.of(path.toUri().getPath());
  }

  private static Entry local(java.nio.file.Path file) {
    Path path = new Path("file", null, file.toString());
    if (!isDecodable(file)) {
      return new Entry(path, null, "its name is not in " + CHARSET);
    }
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      if (!attributes.isDirectory() && !attributes.isRegularFile()) {
        return new Entry(path, null, "it is a pipe, a socket or a device");
      }
      return new Entry(
          path,
          new FileStatus(
              attributes.isDirectory() ? 0 : attributes.size(),
              attributes.isDirectory(),
              1,
              BLOCK,
              attributes.lastModifiedTime().toMillis(),
              path),
          null);
    } catch (NoSuchFileException e) {
      return new Entry(path, null, "it is a link to a file that does not exist");
    } catch (AccessDeniedException e) {
      return new Entry(path, null, "permission to read it is denied");
    } catch (FileSystemException e) {
      return new Entry(path, null, e.getReason() == null ? FileFaults.reason(e) : e.getReason());
    } catch (IOException e) {
      return new Entry(path, null, FileFaults.reason(e));
    }
  }

  /** Whether the decoded name equals the name on disk: bytes outside the charset are lost. */
  private static boolean isDecodable(java.nio.file.Path file) {
    try {
      return java.nio.file.Path.of(file.toString()).equals(file);
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
