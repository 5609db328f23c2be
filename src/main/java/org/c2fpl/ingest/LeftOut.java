package org.c2fpl.ingest;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.c2fpl.formats.features.VideoIds;

/** The entries of input folders that are not read: their number, and the first names. */
final class LeftOut {
  /** Entries left out for the same reason. */
  private static final class Group {
    private static final int NAMED = 3;

    private final String noun;
    private final String why;
    private final List<String> first = new ArrayList<>();
    private int count;

    Group(String noun, String why) {
      this.noun = noun;
      this.why = why;
    }

    void add(String name) {
      count++;
      if (first.size() < NAMED) {
        first.add(VideoIds.printable(name));
      }
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%,d %s%s %s: %s%s",
          count,
          noun,
          count == 1 ? " was" : "s were",
          why,
          String.join(", ", first),
          count > NAMED ? ", ..." : "");
    }
  }

  private final Group others = new Group("file", "left out, not named *.npy");
  private final Group hidden = new Group("hidden file", "left out");
  private final Group folders = new Group("sub-folder", "not searched");

  void add(Entry entry) {
    Group group = entry.isFolder() ? folders : entry.hidden() ? hidden : others;
    group.add(entry.name());
  }

  int count() {
    return others.count + hidden.count + folders.count;
  }

  int folders() {
    return folders.count;
  }

  /** One line about all of them; empty if nothing was left out. */
  @Override
  public String toString() {
    return Stream.of(others, hidden, folders)
        .filter(group -> group.count > 0)
        .map(Group::toString)
        .collect(Collectors.joining("; "));
  }
}
