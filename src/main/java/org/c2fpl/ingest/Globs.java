package org.c2fpl.ingest;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.GlobExpander;
import org.apache.hadoop.fs.GlobFilter;
import org.apache.hadoop.fs.Path;

/**
 * Finds the files that match Hadoop's patterns. Hadoop's own search parses the names that it finds
 * like typed paths and fails at a colon. As in a shell, a dot at the beginning of a name matches
 * only a dot.
 */
final class Globs {
  private Globs() {}

  /** The files and folders that a pattern matches; empty if it matches nothing. */
  static List<Entry> matches(FileSystem fs, Path pattern) throws IOException {
    Path whole = fs.makeQualified(pattern);
    Path root = new Path(whole.toUri().getScheme(), whole.toUri().getAuthority(), Path.SEPARATOR);
    List<Entry> matches = new ArrayList<>();
    for (String flat : GlobExpander.expand(whole.toUri().getPath())) {
      search(fs, root, flat.split(Path.SEPARATOR), 0, matches);
    }
    return matches;
  }

  /** Searches a folder for matches of the remaining parts of a pattern. */
  private static void search(
      FileSystem fs, Path folder, String[] parts, int from, List<Entry> matches)
      throws IOException {
    Path here = folder;
    int next = from;
    GlobFilter filter = null;
    while (next < parts.length && (filter == null || !filter.hasPattern())) {
      filter = new GlobFilter(parts[next]);
      if (!filter.hasPattern()) {
        here = parts[next].isEmpty() ? here : Entry.child(here, unescaped(parts[next]));
      }
      next++;
    }
    if (filter == null || !filter.hasPattern()) {
      Entry.at(fs, here).ifPresent(matches::add);
      return;
    }
    for (Entry entry : inIfThere(fs, here)) {
      if (filter.accept(entry.path())
          && (!entry.name().startsWith(".") || parts[next - 1].startsWith("."))) {
        if (next == parts.length) {
          matches.add(entry);
        } else if (entry.isFolder()) {
          search(fs, entry.path(), parts, next, matches);
        }
      }
    }
  }

  private static List<Entry> inIfThere(FileSystem fs, Path folder) throws IOException {
    try {
      return Entry.at(fs, folder).filter(Entry::isFolder).isPresent()
          ? Entry.in(fs, folder)
          : List.of();
    } catch (FileNotFoundException | NoSuchFileException e) {
      return List.of();
    }
  }

  private static String unescaped(String part) {
    return part.replaceAll("\\\\(.)", "$1");
  }
}
