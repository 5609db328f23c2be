package org.c2fpl.workspace;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.c2fpl.errors.UsageException;
import org.jspecify.annotations.Nullable;

/**
 * One leaf folder of a table, the unit that is written, replaced and skipped as a whole.
 *
 * @param split the split's name; null for tables that are not batched
 * @param batch the batch's name within the split; null for tables that are not batched
 */
public record Leaf(Table table, @Nullable String split, @Nullable String batch)
    implements Comparable<Leaf> {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  private static final Pattern BATCH = Pattern.compile("([^/]+)/split=([^/]+)/batch=([^/]+)");

  public Leaf {
    if (table.batched()) {
      checkName("--split", split);
      checkName("--batch", batch);
    } else if (split != null || batch != null) {
      throw new IllegalArgumentException(table.folder() + " has no splits or batches");
    }
  }

  public static Leaf of(Table table) {
    return new Leaf(table, null, null);
  }

  public static Leaf of(Table table, String split, String batch) {
    return new Leaf(table, split, batch);
  }

  /** The leaf of another table with this split and batch. */
  public Leaf in(Table other) {
    return new Leaf(other, split, batch);
  }

  /** The folder, relative to the workspace. */
  public String path() {
    return table.batched()
        ? table.folder() + "/split=" + split + "/batch=" + batch
        : table.folder();
  }

  /** The leaf that {@link #path} names; empty for other paths. */
  public static Optional<Leaf> parse(String path) {
    for (Table table : Table.values()) {
      if (!table.batched() && path.equals(table.folder())) {
        return Optional.of(of(table));
      }
      Matcher names = BATCH.matcher(path);
      if (table.batched()
          && names.matches()
          && names.group(1).equals(table.folder())
          && NAME.matcher(names.group(2)).matches()
          && NAME.matcher(names.group(3)).matches()) {
        return Optional.of(of(table, names.group(2), names.group(3)));
      }
    }
    return Optional.empty();
  }

  @Override
  public int compareTo(Leaf other) {
    return path().compareTo(other.path());
  }

  @Override
  public String toString() {
    return path();
  }

  /** Refuses split and batch names that are not plain folder names on every file system. */
  public static void checkName(String option, @Nullable String name) {
    if (name == null || !NAME.matcher(name).matches()) {
      throw new UsageException(
          "Cannot use "
              + option
              + " "
              + (name == null ? "(none)" : "'" + name + "'")
              + ": a name has 1 to 100 letters, digits, '.', '_' or '-' and starts with a letter or"
              + " digit. Choose such a name.");
    }
  }
}
