package org.c2fpl.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PosixLocalFileSystemTest {
  @TempDir Path folder;

  private FileSystem files;

  @BeforeEach
  void open() throws IOException {
    files = open(PosixLocalFileSystem.class);
  }

  private FileSystem open(Class<? extends FileSystem> which) throws IOException {
    Configuration hadoop = new Configuration();
    hadoop.setClass("fs.file.impl", which, FileSystem.class);
    return FileSystem.newInstance(folder.toUri(), hadoop);
  }

  @AfterEach
  void close() throws IOException {
    files.close();
  }

  private static org.apache.hadoop.fs.Path path(Path file) {
    return new org.apache.hadoop.fs.Path(file.toUri());
  }

  private static void write(FileSystem files, Path file) throws IOException {
    try (FSDataOutputStream out = files.create(path(file))) {
      out.writeInt(7);
    }
  }

  @Test
  void isTheOneThatTheSettingNames() {
    assertThat(files).isInstanceOf(PosixLocalFileSystem.class);
    assertThat(files.getUri()).hasToString("file:///");
  }

  @Test
  void givesNewFilesTheOriginalsPermissionsAndChecksums() throws IOException {
    write(files, folder.resolve("ours"));
    try (FileSystem original = open(LocalFileSystem.class)) {
      write(original, folder.resolve("original"));
    }
    assertThat(Files.getPosixFilePermissions(folder.resolve("ours")))
        .isEqualTo(Files.getPosixFilePermissions(folder.resolve("original")));
    assertThat(folder.resolve(".ours.crc")).hasSameBinaryContentAs(folder.resolve(".original.crc"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwxr-x---", "r--------", "rw-rw-rw-", "-wx--x--x", "---------"})
  void setsWhatItIsTold(String permissions) throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    files.setPermission(path(file), FsPermission.valueOf("-" + permissions));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo(permissions);
  }

  @Test
  void setsTheStickyBitAsTheOriginalDoes() throws IOException {
    Path shared = Files.createDirectory(folder.resolve("shared"));
    files.setPermission(path(shared), new FsPermission((short) 01777));
    assertThat((int) Files.getAttribute(shared, "unix:mode") & 07777).isEqualTo(01777);
  }

  @Test
  void tellsWhatTheOriginalTellsOfAFile() throws IOException {
    write(files, folder.resolve("file"));
    Files.setPosixFilePermissions(
        folder.resolve("file"), PosixFilePermissions.fromString("rw-r-x--x"));
    Files.createDirectory(folder.resolve("folder"));
    try (FileSystem original = open(LocalFileSystem.class)) {
      for (FileStatus expected : original.listStatus(path(folder))) {
        FileStatus found = files.getFileStatus(expected.getPath());
        assertThat(found).isEqualTo(expected);
        assertThat(found.getLen()).isEqualTo(expected.getLen());
        assertThat(found.isDirectory()).isEqualTo(expected.isDirectory());
        assertThat(found.getModificationTime()).isEqualTo(expected.getModificationTime());
        assertThat(found.getBlockSize()).isEqualTo(expected.getBlockSize());
        assertThat(found.getPermission()).isEqualTo(expected.getPermission());
        assertThat(found.getOwner()).isEqualTo(expected.getOwner());
        assertThat(found.getGroup()).isEqualTo(expected.getGroup());
      }
    }
    assertThat(files.listStatus(path(folder))).hasSize(2);
  }

  @Test
  void saysWhichFileThereIsNot() {
    assertThatThrownBy(
            () ->
                files.setPermission(path(folder.resolve("nothing")), FsPermission.getFileDefault()))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("nothing");
    assertThatThrownBy(() -> files.getFileStatus(path(folder.resolve("nothing"))))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining("nothing");
  }
}
