package org.c2fpl.workspace;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * Hadoop's local file system, with permissions read and set by system calls. Without Hadoop's
 * native library, which Maven lacks, the original starts {@code chmod} once or twice for every
 * created file, and {@code ls} for every file that a job reads, which delays a task or the driver
 * by some milliseconds each. Also, this class does not move damaged files.
 */
public final class PosixLocalFileSystem extends LocalFileSystem {
  public PosixLocalFileSystem() {
    super(new Raw());
  }

  /**
   * Leaves a damaged file in its place. The original moves it to {@code bad_files} in the topmost
   * writable folder of the disk, so that the next command finds a table with fewer rows.
   */
  @Override
  public boolean reportChecksumFailure(
      Path file, FSDataInputStream in, long inPosition, FSDataInputStream sums, long sumsPosition) {
    return false;
  }

  private static final class Raw extends RawLocalFileSystem {
    private final boolean posix =
        FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    @Override
    public FileStatus getFileStatus(Path path) throws IOException {
      FileStatus status = super.getFileStatus(path);
      return posix ? withPermissions(status) : status;
    }

    /** The original reads owner and permissions only on demand. */
    private FileStatus withPermissions(FileStatus status) throws IOException {
      PosixFileAttributes attributes;
      try {
        attributes =
            Files.readAttributes(pathToFile(status.getPath()).toPath(), PosixFileAttributes.class);
      } catch (NoSuchFileException e) {
        // Deleted just now; Hadoop uses another exception for that.
        throw (FileNotFoundException)
            new FileNotFoundException("File " + status.getPath() + " does not exist").initCause(e);
      }
      return new FileStatus(
          status.getLen(),
          status.isDirectory(),
          status.getReplication(),
          status.getBlockSize(),
          status.getModificationTime(),
          status.getAccessTime(),
          FsPermission.valueOf("-" + PosixFilePermissions.toString(attributes.permissions())),
          attributes.owner().getName(),
          attributes.group().getName(),
          status.getPath());
    }

    @Override
    public void setPermission(Path path, FsPermission permission) throws IOException {
      // Java has no sticky bit.
      if (posix && !permission.getStickyBit()) {
        Files.setPosixFilePermissions(
            pathToFile(path).toPath(), PosixFilePermissions.fromString(permission.toString()));
      } else {
        super.setPermission(path, permission);
      }
    }
  }
}
