package org.c2fpl.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.FileFaults;
import org.c2fpl.formats.features.VideoIds;
import org.c2fpl.workspace.Fingerprints;

/**
 * Finds the files that inputs name. An existing name is taken literally. A value of {@code --input}
 * is a pattern only if no such file exists. The names that are found are taken literally, whatever
 * their characters.
 */
public final class InputFiles {
  private static final long LARGEST_SMALL_FILE = 256L << 20;

  private final Configuration hadoop;

  public InputFiles(Configuration hadoop) {
    this.hadoop = hadoop;
  }

  /**
   * The files that inputs name.
   *
   * @param arrays ordered by path
   * @param bad entries named like arrays that cannot be read
   */
  record Found(List<FileStatus> arrays, List<BadVideo> bad, LeftOut leftOut) {}

  /**
   * The arrays that inputs name: files, the {@code *.npy} of folders, or those of them that
   * patterns match. A file named twice counts once.
   *
   * @return at least one array or bad entry
   */
  Found arrays(List<String> inputs) {
    SortedMap<Path, FileStatus> files = new TreeMap<>();
    SortedMap<Path, BadVideo> bad = new TreeMap<>();
    LeftOut leftOut = new LeftOut();
    for (String input : inputs) {
      for (Entry match : matches(input)) {
        for (Entry array : match.isFolder() ? inFolder(match, input, leftOut) : List.of(match)) {
          if (array.status() != null && !array.isFolder()) {
            files.put(array.path(), array.status());
          } else {
            bad.put(array.path(), unreadable(array));
          }
        }
      }
    }
    return new Found(new ArrayList<>(files.values()), new ArrayList<>(bad.values()), leftOut);
  }

  private static BadVideo unreadable(Entry entry) {
    String found = entry.isFolder() ? "it is a folder" : entry.problem();
    return new BadVideo(
        null,
        entry.path().toString(),
        "Cannot use "
            + HadoopSource.shown(entry.path())
            + ": "
            + found
            + ". Put a file there, rename it, or remove it.");
  }

  /** The one file that {@code --input} names or matches. */
  FileStatus inputFile(String input) {
    return oneFile("ingest " + input, matches(input));
  }

  /**
   * The one file that a text names, literally.
   *
   * @param what the text before it in a message, for instance the option
   */
  FileStatus file(String what, String file) {
    String act = "read " + what + " " + file;
    Search literal = path -> Entry.at(path.getFileSystem(hadoop), path).stream().toList();
    return oneFile(act, named(act, file, literal));
  }

  private static FileStatus oneFile(String act, List<Entry> entries) {
    Entry entry = entries.get(0);
    if (entries.size() != 1 || entry.isFolder()) {
      throw cannot(act, "it is not one file", "Name one file");
    }
    if (entry.problem() != null) {
      throw cannot(act, entry.problem(), "Name a file");
    }
    return entry.status();
  }

  /** The bytes of one file that an option names, literally; at most 256 MiB. */
  public byte[] smallFile(String option, String input) {
    FileStatus file = file(option, input);
    if (file.getLen() > LARGEST_SMALL_FILE) {
      throw cannot(
          "read " + option + " " + input,
          "it has " + file.getLen() + " bytes, more than 256 MiB",
          "Check the path");
    }
    try (InputStream in = open(file)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Opens one file that a text names, literally.
   *
   * @param what the text before it in a message
   */
  public InputStream open(String what, String file) throws IOException {
    return open(file(what, file));
  }

  private InputStream open(FileStatus file) throws IOException {
    return new HadoopSource(file.getPath(), hadoop).open(0);
  }

  /** Folders and files that an input names literally, or else matches; at least one. */
  List<Entry> matches(String input) {
    return named(
        "ingest " + input,
        input,
        path -> {
          FileSystem fs = path.getFileSystem(hadoop);
          Optional<Entry> literal = Entry.at(fs, path);
          return literal.isPresent() ? List.of(literal.get()) : Globs.matches(fs, path);
        });
  }

  /** Looks for files. */
  private interface Search {
    List<Entry> find(Path path) throws IOException;
  }

  private List<Entry> named(String act, String text, Search search) {
    try {
      List<Entry> found = search.find(path(text));
      if (found.isEmpty()) {
        throw cannot(act, "there is no such file or folder", Entry.checkPath());
      }
      return found;
    } catch (IllegalArgumentException | IOException e) {
      throw FileFaults.explain(e, text)
          .orElseGet(
              () ->
                  new DataException(
                      message(
                          act,
                          FileFaults.reason(e),
                          "Check the path and that its file system is set up for Hadoop"),
                      e));
    }
  }

  /** The path for a text. A colon is part of a local name if no file system has that scheme. */
  private Path path(String text) throws IOException {
    int colon = text.indexOf(':');
    int slash = text.indexOf('/');
    boolean schemeOrName = colon >= 0 && (slash < 0 || colon < slash);
    if (schemeOrName
        && !text.startsWith("//", colon + 1)
        && Entry.isLocal(FileSystem.get(hadoop))
        && !isScheme(text.substring(0, colon))) {
      return new Path("file", null, java.nio.file.Path.of(text).toAbsolutePath().toString());
    }
    return new Path(text);
  }

  private boolean isScheme(String text) {
    try {
      return FileSystem.getFileSystemClass(text, hadoop) != null;
    } catch (IOException e) {
      return false;
    }
  }

  /** Digest of names, lengths and modification times, independent of the folder. */
  public static String fingerprint(List<FileStatus> files) {
    return digest(files.stream().map(file -> line(file.getPath().getName(), file)).sorted());
  }

  /** The digest of manifests of format 1, with paths in place of names. */
  public static String fingerprintByPath(List<FileStatus> files) {
    return digest(files.stream().map(file -> line(file.getPath().toString(), file)));
  }

  private static String line(String name, FileStatus file) {
    return name + "\t" + file.getLen() + "\t" + file.getModificationTime() + "\n";
  }

  private static String digest(Stream<String> lines) {
    MessageDigest digest = Fingerprints.digest();
    lines.forEachOrdered(line -> digest.update(line.getBytes(StandardCharsets.UTF_8)));
    return Fingerprints.hex(digest.digest());
  }

  /** The arrays of a folder, ordered by path; all other entries are added to {@code leftOut}. */
  private List<Entry> inFolder(Entry folder, String input, LeftOut leftOut) {
    List<Entry> entries = in(folder, "ingest " + input);
    Set<String> names = entries.stream().map(Entry::name).collect(Collectors.toSet());
    LeftOut here = new LeftOut();
    List<Entry> arrays = new ArrayList<>();
    for (Entry entry : entries) {
      if (VideoIds.isArrayFile(entry.name()) && !entry.hidden()) {
        arrays.add(entry);
      } else if (!isChecksum(entry.name(), names)) {
        here.add(entry);
        leftOut.add(entry);
      }
    }
    if (arrays.isEmpty()) {
      throw cannot(
          "ingest " + input,
          "there are no *.npy files in "
              + HadoopSource.shown(folder.path())
              + (here.count() == 0 ? "" : " (" + here + ")"),
          here.folders() > 0
              ? "Sub-folders are not searched; name them, or use " + input + "/*"
              : "Check the path");
    }
    return arrays;
  }

  /** Whether it is the checksum file that Hadoop keeps with a file that it wrote. */
  private static boolean isChecksum(String name, Set<String> names) {
    return name.startsWith(".")
        && name.endsWith(".crc")
        && names.contains(name.substring(1, name.length() - ".crc".length()));
  }

  /** The entries of a folder, ordered by path. */
  List<Entry> in(Entry folder, String act) {
    try {
      List<Entry> entries = Entry.in(folder.path().getFileSystem(hadoop), folder.path());
      entries.sort(Comparator.comparing(Entry::path));
      return entries;
    } catch (IllegalArgumentException | IOException e) {
      throw FileFaults.explain(e)
          .orElseGet(
              () ->
                  new DataException(
                      message(act, FileFaults.reason(e), "Check that it can be read"), e));
    }
  }

  private static DataException cannot(String act, String found, String whatToDo) {
    return new DataException(message(act, found, whatToDo));
  }

  private static String message(String act, String found, String whatToDo) {
    return "Cannot " + act + ": " + found + ". " + whatToDo + ".";
  }
}
