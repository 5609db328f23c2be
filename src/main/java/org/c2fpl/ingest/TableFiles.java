package org.c2fpl.ingest;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.c2fpl.errors.DataException;

/**
 * The files of Parquet tables that inputs name, in folders of any depth.
 *
 * <p>A file belongs to the table if its name ends in {@code .parquet}, if an input names it, or if
 * its first bytes are those of Parquet. Hidden files, with names that start with {@code _} or
 * {@code .}, do not.
 */
final class TableFiles {
  /** Folders of table formats whose Parquet files keep earlier rows, too. */
  private static final Map<String, String> LOGS =
      Map.of("_delta_log", "Delta Lake", ".hoodie", "Hudi");

  private static final int DEEPEST = 32;

  private final InputFiles find;
  private final String act;
  private final SortedMap<Path, TableFile> files = new TreeMap<>();
  private final List<String> leftOut = new ArrayList<>();

  /**
   * A file that may belong to a table.
   *
   * @param root the folder that an input names or matches, or the folder of the file
   * @param sure whether it belongs to the table, so that other contents are an error
   */
  record TableFile(String root, FileStatus status, boolean sure) implements Serializable {
    Path path() {
      return status.getPath();
    }

    /** The folders between the root and the file that define columns, as {@code name=value}. */
    List<String> partitionColumns() {
      List<String> columns = new ArrayList<>();
      for (Path folder = path().getParent();
          folder != null && folder.depth() > new Path(root).depth();
          folder = folder.getParent()) {
        int equals = folder.getName().indexOf('=');
        if (equals > 0) {
          columns.add(0, folder.getName().substring(0, equals));
        }
      }
      return columns;
    }
  }

  private TableFiles(InputFiles find, String input) {
    this.find = find;
    this.act = "ingest " + input;
  }

  /** The files that inputs name, by path, and the names of the files that are left out. */
  record Found(List<TableFile> files, List<String> leftOut) {}

  /**
   * Finds the files.
   *
   * @throws DataException if an input has none
   */
  static Found of(InputFiles find, List<String> inputs) {
    SortedMap<Path, TableFile> files = new TreeMap<>();
    List<String> leftOut = new ArrayList<>();
    for (String input : inputs) {
      TableFiles found = new TableFiles(find, input);
      for (Entry match : find.matches(input)) {
        if (match.isFolder()) {
          found.addFolder(match, match.path().toString(), 0);
        } else {
          found.addNamed(match);
        }
      }
      if (found.files.isEmpty()) {
        throw found.cannot("there are no files in it", "Name a folder of Parquet files");
      }
      files.putAll(found.files);
      leftOut.addAll(found.leftOut);
    }
    return new Found(List.copyOf(files.values()), leftOut);
  }

  private void addNamed(Entry file) {
    if (hidden(file.name())) {
      throw cannot("Spark skips files whose names start with '_' or '.'", "Rename the file");
    }
    add(file, file.path().getParent().toString(), true);
  }

  private void add(Entry file, String root, boolean sure) {
    String problem = file.problem();
    boolean local = "file".equals(file.path().toUri().getScheme());
    if (problem == null && local && file.name().contains(":")) {
      problem = "its name has a colon, which Hadoop reads as the end of a scheme";
    }
    if (problem != null) {
      throw cannot(
          HadoopSource.shown(file.path()) + " cannot be read: " + problem,
          "Rename, correct or remove it");
    }
    files.put(file.path(), new TableFile(root, file.status(), sure));
  }

  private void addFolder(Entry folder, String root, int depth) {
    if (depth > DEEPEST) {
      throw cannot(
          "it has folders in folders, more than "
              + DEEPEST
              + " deep: "
              + HadoopSource.shown(folder.path()),
          "Look for a link that leads back");
    }
    for (Entry entry : find.in(folder, act)) {
      String name = entry.name();
      if (entry.isFolder()) {
        refuseLog(name);
        if (hidden(name)) {
          leftOut.add(name);
        } else {
          addFolder(entry, root, depth + 1);
        }
      } else if (!hidden(name)) {
        add(entry, root, name.toLowerCase(Locale.ROOT).endsWith(".parquet"));
      } else if (!byHadoopOrSpark(name)) {
        leftOut.add(name);
      }
    }
  }

  private void refuseLog(String folder) {
    if (LOGS.containsKey(folder)) {
      throw cannot(
          "it is a table of "
              + LOGS.get(folder)
              + " (it has "
              + folder
              + "), whose files hold rows that were deleted, too",
          "Write its rows to a folder of plain Parquet files, and ingest that folder");
    }
  }

  /** Whether Spark treats the file as hidden. */
  private static boolean hidden(String name) {
    return name.startsWith(".")
        || (name.startsWith("_") && !name.contains("="))
        || name.endsWith("._COPYING_");
  }

  /** Folders that table formats keep in their tables. */
  private static boolean byHadoopOrSpark(String name) {
    return name.equals("_SUCCESS")
        || name.equals("_metadata")
        || name.equals("_common_metadata")
        || (name.startsWith(".") && name.endsWith(".crc"));
  }

  private DataException cannot(String found, String whatToDo) {
    return new DataException("Cannot " + act + ": " + found + ". " + whatToDo + ".");
  }
}
