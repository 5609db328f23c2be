package org.c2fpl.stages.ingest;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.c2fpl.errors.DataException;
import org.c2fpl.workspace.FileFaults;
import org.c2fpl.workspace.Fingerprints;

/** Finds the files that inputs name. */
public final class InputFiles {
  private static final long LARGEST_SMALL_FILE = 256L << 20;

  private final Configuration hadoop;

  public InputFiles(Configuration hadoop) {
    this.hadoop = hadoop;
  }

  /**
   * The arrays that inputs name: files, the {@code *.npy} of folders, or what globs match of these.
   * A file named twice counts once.
   *
   * @return at least one file, ordered by path
   */
  List<FileStatus> arrays(List<String> inputs) {
    SortedMap<Path, FileStatus> files = new TreeMap<>();
    for (String input : inputs) {
      for (FileStatus match : matches(input)) {
        List<FileStatus> found = match.isDirectory() ? inFolder(match, input) : List.of(match);
        found.forEach(file -> files.put(file.getPath(), file));
      }
    }
    return new ArrayList<>(files.values());
  }

  /** All files of tables, ordered by path, without hidden ones; at least one. */
  List<FileStatus> tableFiles(List<String> inputs) {
    SortedMap<Path, FileStatus> files = new TreeMap<>();
    for (String input : inputs) {
      int before = files.size();
      for (FileStatus match : matches(input)) {
        try {
          RemoteIterator<LocatedFileStatus> all =
              match.getPath().getFileSystem(hadoop).listFiles(match.getPath(), true);
          while (all.hasNext()) {
            FileStatus file = all.next();
            if (!hidden(file.getPath())) {
              files.put(file.getPath(), file);
            }
          }
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      if (files.size() == before) {
        throw cannot(input, "there are no files in it", "Name a folder of Parquet files");
      }
    }
    return new ArrayList<>(files.values());
  }

  /** One file that an option names. */
  FileStatus file(String option, String input) {
    List<FileStatus> matches = matches(input);
    if (matches.size() != 1 || matches.get(0).isDirectory()) {
      throw cannot(input, "it is not one file", "Name one file with " + option);
    }
    return matches.get(0);
  }

  /** The bytes of one file that an option names, at most 256 MiB. */
  public byte[] smallFile(String option, String input) {
    FileStatus file = file(option, input);
    if (file.getLen() > LARGEST_SMALL_FILE) {
      throw cannot(
          input, "it has " + file.getLen() + " bytes, more than 256 MiB", "Check " + option);
    }
    try (InputStream in = new HadoopSource(file.getPath(), hadoop).open(0)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Folders and files that an input names, at least one. */
  List<FileStatus> matches(String input) {
    try {
      Path path = new Path(input);
      FileSystem fs = path.getFileSystem(hadoop);
      try {
        // First as it stands: names with [ or { are no globs if there is such a file.
        return List.of(fs.getFileStatus(path));
      } catch (FileNotFoundException e) {
        FileStatus[] found = fs.globStatus(path);
        if (found == null || found.length == 0) {
          throw new DataException(
              message(input, "there is no such file or folder", "Check the path"), e);
        }
        return List.of(found);
      }
    } catch (IllegalArgumentException | IOException e) {
      throw FileFaults.explain(e)
          .orElseGet(
              () ->
                  new DataException(
                      message(
                          input,
                          FileFaults.reason(e),
                          "Check the path and that its file system is set up for Hadoop"),
                      e));
    }
  }

  /** Digest of paths, lengths and modification times. */
  public static String fingerprint(List<FileStatus> files) {
    MessageDigest digest = Fingerprints.digest();
    for (FileStatus file : files) {
      String line =
          file.getPath() + "\t" + file.getLen() + "\t" + file.getModificationTime() + "\n";
      digest.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return Fingerprints.hex(digest.digest());
  }

  private List<FileStatus> inFolder(FileStatus folder, String input) {
    List<FileStatus> arrays = new ArrayList<>();
    int folders = 0;
    try {
      for (FileStatus entry : folder.getPath().getFileSystem(hadoop).listStatus(folder.getPath())) {
        if (entry.isDirectory()) {
          folders++;
        } else if (entry.getPath().getName().endsWith(".npy") && !hidden(entry.getPath())) {
          arrays.add(entry);
        }
      }
    } catch (IOException e) {
      throw new DataException(message(input, FileFaults.reason(e), "Check that it may be read"), e);
    }
    if (arrays.isEmpty()) {
      throw cannot(
          input,
          "there are no *.npy files in " + HadoopSource.shown(folder.getPath()),
          folders > 0
              ? "It has sub-folders, which are not searched; name them, or use " + input + "/*"
              : "Check the path");
    }
    return arrays;
  }

  /** Files that Hadoop and Spark take for their own. */
  private static boolean hidden(Path path) {
    return path.getName().startsWith(".") || path.getName().equals("_SUCCESS");
  }

  private static DataException cannot(String input, String found, String whatToDo) {
    return new DataException(message(input, found, whatToDo));
  }

  private static String message(String input, String found, String whatToDo) {
    return "Cannot ingest " + input + ": " + found + ". " + whatToDo + ".";
  }
}
