package org.c2fpl.workspace;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.FileFaults;

/**
 * The only access to the files of a leaf, which are read completely or not at all. Lists the folder
 * and compares it with the manifest: exactly the listed files, each with its length. Early
 * manifests list no files; for these the rows in the files are counted and compared.
 *
 * <p>Costs one listing of the folder. Counting rows opens every file once per process. Memory: the
 * listing.
 */
public final class LeafFiles {
  private static final int FOOTERS_AT_ONCE = 8;

  /** The listings of leaves whose rows were counted and are correct. */
  private static final Map<Path, String> COUNTED = new ConcurrentHashMap<>();

  private LeafFiles() {}

  /**
   * The files of a leaf, by name.
   *
   * @param folder of a complete leaf
   * @throws DataException that names the file that is missing, unexpected or of another length
   */
  public static List<LocatedFileStatus> of(FileSystem fs, Path folder) {
    return whole(
        fs,
        folder,
        manifest(fs, folder)
            .orElseThrow(
                () ->
                    new DataException(
                        "Cannot read "
                            + folder
                            + ": it has no "
                            + Manifest.FILE
                            + ". Make it again with the command that made it.")));
  }

  static List<LocatedFileStatus> whole(FileSystem fs, Path folder, Manifest manifest) {
    List<LocatedFileStatus> found = list(fs, folder);
    SortedMap<String, Long> listed = manifest.files();
    if (listed == null) {
      countRows(fs.getConf(), folder, manifest, found);
    } else {
      compare(folder, manifest, listed, found);
    }
    return found;
  }

  /** The names and lengths of a folder's files, as in a manifest. */
  static SortedMap<String, Long> lengths(FileSystem fs, Path folder) {
    SortedMap<String, Long> lengths = new TreeMap<>();
    list(fs, folder).forEach(file -> lengths.put(file.getPath().getName(), file.getLen()));
    return lengths;
  }

  /** The manifest of a folder; empty if it has none. */
  static Optional<Manifest> manifest(FileSystem fs, Path folder) {
    Path file = new Path(folder, Manifest.FILE);
    JsonNode json;
    try (InputStream in = fs.open(file)) {
      json = Json.MAPPER.readTree(in);
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      throw corrupt(file, "it is not JSON (" + e.getOriginalMessage() + ")");
    } catch (ChecksumException e) {
      throw corrupt(file, "its checksum is wrong");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int version = json.path("format_version").asInt(-1);
    if (version < 1) {
      throw corrupt(file, "it has no format_version");
    }
    if (version > Manifest.FORMAT_VERSION) {
      throw new DataException(
          "Cannot read "
              + file
              + ": it has format_version "
              + version
              + " and this program reads up to "
              + Manifest.FORMAT_VERSION
              + ". Use the program's version that wrote it, or a newer one.");
    }
    try {
      return Optional.of(Json.MAPPER.treeToValue(json, Manifest.class));
    } catch (JsonProcessingException e) {
      throw corrupt(file, e.getOriginalMessage());
    }
  }

  /** Without those that Spark and Hadoop skip by name. */
  private static List<LocatedFileStatus> list(FileSystem fs, Path folder) {
    List<LocatedFileStatus> files = new ArrayList<>();
    try {
      RemoteIterator<LocatedFileStatus> all = fs.listLocatedStatus(folder);
      while (all.hasNext()) {
        LocatedFileStatus file = all.next();
        if (file.isFile() && !hidden(file.getPath().getName())) {
          files.add(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    files.sort(Comparator.comparing(FileStatus::getPath));
    return files;
  }

  private static boolean hidden(String name) {
    return name.startsWith("_") || name.startsWith(".") || name.endsWith("._COPYING_");
  }

  private static void compare(
      Path folder,
      Manifest manifest,
      SortedMap<String, Long> listed,
      List<LocatedFileStatus> found) {
    Map<String, Long> there = new TreeMap<>();
    found.forEach(file -> there.put(file.getPath().getName(), file.getLen()));
    if (there.equals(listed)) {
      return;
    }
    TreeSet<String> names = new TreeSet<>(there.keySet());
    names.addAll(listed.keySet());
    names.removeIf(name -> listed.containsKey(name) && listed.get(name).equals(there.get(name)));
    String first = names.first();
    Long wanted = listed.get(first);
    Long has = there.get(first);
    String what;
    if (has == null) {
      what = "it is missing";
    } else if (wanted == null) {
      what = "it does not belong to the table";
    } else {
      what = "it has " + has + " bytes, not " + wanted;
    }
    String others =
        names.size() == 1
            ? ""
            : "; " + (names.size() - 1) + " more of the folder's files differ from those written";
    throw damaged(
        new Path(folder, first).toString(),
        what + " (" + Manifest.FILE + " lists " + listed.size() + " files)" + others,
        wanted == null ? "Move it out of the folder" : "Restore it from a copy",
        manifest);
  }

  private static void countRows(
      Configuration conf, Path folder, Manifest manifest, List<LocatedFileStatus> found) {
    if (!isParquet(manifest)) {
      return;
    }
    StringBuilder listing = new StringBuilder().append(manifest.rows());
    found.forEach(
        file ->
            listing
                .append('\n')
                .append(file.getPath().getName())
                .append(' ')
                .append(file.getLen())
                .append(' ')
                .append(file.getModificationTime()));
    if (listing.toString().equals(COUNTED.get(folder))) {
      return;
    }
    long rows = rows(conf, manifest, found);
    if (rows != manifest.rows()) {
      throw damaged(
          folder.toString(),
          "its files hold "
              + rows
              + " rows and "
              + Manifest.FILE
              + " says "
              + manifest.rows()
              + ": a file is missing or does not belong there",
          "Restore the folder from a copy",
          manifest);
    }
    COUNTED.put(folder, listing.toString());
  }

  private static boolean isParquet(Manifest manifest) {
    return Leaf.parse(manifest.leaf())
        .map(leaf -> leaf.table().schema().length() > 0)
        .orElse(false);
  }

  private static long rows(Configuration conf, Manifest manifest, List<LocatedFileStatus> files) {
    // An object store answers slowly, with one request per file. These threads have the user and
    // the class loader of the current one.
    ExecutorService threads = Executors.newFixedThreadPool(FOOTERS_AT_ONCE);
    try {
      long rows = 0;
      List<Future<Long>> counts =
          files.stream().map(file -> threads.submit(() -> rows(conf, file, manifest))).toList();
      for (Future<Long> count : counts) {
        rows += count.get();
      }
      return rows;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof DataException damaged
          ? damaged
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while rows were counted", e);
    } finally {
      threads.shutdownNow();
    }
  }

  private static long rows(Configuration conf, FileStatus file, Manifest manifest) {
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromStatus(file, conf))) {
      return reader.getRecordCount();
    } catch (IOException | RuntimeException e) {
      throw damaged(
          file.getPath().toString(),
          file.getLen() == 0 ? "it is empty" : "it is damaged (" + FileFaults.reason(e) + ")",
          "Restore it from a copy",
          manifest);
    }
  }

  private static DataException damaged(
      String what, String found, String whatToDo, Manifest manifest) {
    return new DataException(
        "Cannot read " + what + ": " + found + ". " + whatToDo + ", or make " + again(manifest));
  }

  /** The command that makes a table again. */
  private static String again(Manifest manifest) {
    String command = manifest.command();
    String footage =
        Leaf.parse(manifest.leaf())
            .filter(leaf -> leaf.table().batched() && command.equals("ingest"))
            .map(leaf -> " --split " + leaf.split() + " --batch " + leaf.batch())
            .orElse("");
    return manifest.leaf()
        + " again: 'c2fpl "
        // Pooled segments are made by the stage that reads them.
        + (command.equals("pool") ? "stats" : command)
        + footage
        + "' with --write-mode overwrite.";
  }

  private static DataException corrupt(Path file, String found) {
    return new DataException(
        "Cannot read manifest "
            + file
            + ": "
            + found
            + ". Delete its folder, and give the command again that made it.");
  }
}
