package org.c2fpl.memory;

import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * The most memory that this process may have: the limit of its control group (version 2 or 1), or
 * else the machine's memory.
 *
 * @param bytes {@link #UNKNOWN} if unknown
 * @param hard whether the process is killed beyond it; swapping may extend the machine's memory
 * @param source where the limit comes from
 */
public record ContainerLimit(long bytes, boolean hard, String source) implements Serializable {
  public static final long UNKNOWN = Long.MAX_VALUE;

  /** Version 1 writes a number near 2^63 for no limit. */
  private static final long NO_LIMIT = 1L << 60;

  /** The limit of this process. */
  public static ContainerLimit here() {
    return read(Path.of("/"));
  }

  /**
   * The limit from the files under a folder.
   *
   * @param root the folder to use as {@code /}
   */
  static ContainerLimit read(Path root) {
    long smallest = UNKNOWN;
    String source = null;
    for (String line : lines(root.resolve("proc/self/cgroup"))) {
      String[] fields = line.split(":", 3);
      if (fields.length < 3) {
        continue;
      }
      boolean second = fields[0].equals("0") && fields[1].isEmpty();
      if (!second && !List.of(fields[1].split(",", -1)).contains("memory")) {
        continue;
      }
      Path mount = root.resolve(second ? "sys/fs/cgroup" : "sys/fs/cgroup/memory");
      String file = second ? "memory.max" : "memory.limit_in_bytes";
      // The groups above bound a group, too. Inside a container its own group is mounted as the
      // top.
      Path group = mount.resolve(fields[2].replaceFirst("^/+", "")).normalize();
      while (group.startsWith(mount)) {
        OptionalLong limit = number(group.resolve(file));
        if (limit.isPresent() && limit.getAsLong() < Math.min(smallest, NO_LIMIT)) {
          smallest = limit.getAsLong();
          source = second ? "cgroup v2 memory.max" : "cgroup v1 memory.limit_in_bytes";
        }
        group = group.getParent();
      }
    }
    long machine = machine(root);
    if (smallest < machine) {
      return new ContainerLimit(smallest, true, source);
    }
    return new ContainerLimit(
        machine, false, machine == UNKNOWN ? "unknown" : "the machine's memory");
  }

  private static long machine(Path root) {
    for (String line : lines(root.resolve("proc/meminfo"))) {
      if (line.startsWith("MemTotal:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
      }
    }
    return UNKNOWN;
  }

  private static OptionalLong number(Path file) {
    List<String> lines = lines(file);
    if (lines.isEmpty() || !lines.get(0).strip().matches("[0-9]{1,19}")) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(lines.get(0).strip()));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return List.of();
    }
  }
}
