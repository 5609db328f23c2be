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
 * <p>A file whose name ends in {@code .parquet}, and one that an input names itself, is a part of
 * the table. Another one is if it begins like one. Hidden files, to Spark those whose names start
 * with {@code _} or {@code .}, are not.
 */
final class TableFiles {
  /** Folders of table formats whose Parquet files hold rows of before, too. */
  private static final Map<String, String> LOGS =
      Map.of("_delta_log", "Delta Lake", ".hoodie", "Hudi");

  private static final int DEEPEST = 32;

  private final InputFiles find;
  private final String act;
  private final SortedMap<Path, TableFile> files = new TreeMap<>();
  private final List<String> leftOut = new ArrayList<>();

  /**
   * A file that may be a part of a table.
   *
   * @param root the folder that an input names or matches, or that of the file
   * @param sure whether it is one, so that other contents are a fault
   */
  record TableFile(String root, FileStatus status, boolean sure) implements Serializable {
    Path path() {
      return status.getPath();
    }

    /** The folders between the root and the file that give columns, as {@code name=value}. */
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

  /** What inputs name: the files by path, and the names of what is left out. */
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
      throw cannot("Spark passes over files whose names start with '_' or '.'", "Rename the file");
    }
    add(file, file.path().getParent().toString(), true);
  }

  private void add(Entry file, String root, boolean sure) {
    String problem = file.problem();
    boolean local = "file".equals(file.path().toUri().getScheme());
    if (problem == null && local && file.name().contains(":")) {
      problem = "its name has a colon, which Hadoop takes for the end of a scheme";
    }
    if (problem != null) {
      throw cannot(
          HadoopSource.shown(file.path()) + " cannot be read: " + problem,
          "Rename or correct it, or take it away");
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
          "Write its rows to a folder of plain Parquet, and ingest that");
    }
  }

  /** As Spark sees it. */
  private static boolean hidden(String name) {
    return name.startsWith(".")
        || (name.startsWith("_") && !name.contains("="))
        || name.endsWith("._COPYING_");
  }

  /** What they keep beside their tables. */
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
