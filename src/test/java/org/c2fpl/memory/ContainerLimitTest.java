package org.c2fpl.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits from the files of the kernel. */
class ContainerLimitTest {
  @TempDir Path root;

  @Test
  void versionTwoTakesTheSmallestOfAGroupAndThoseAboveIt() throws IOException {
    machine("16384000");
    file("proc/self/cgroup", "0::/user.slice/job\n");
    file("sys/fs/cgroup/user.slice/job/memory.max", "max\n");
    file("sys/fs/cgroup/user.slice/memory.max", "4294967296\n");
    file("sys/fs/cgroup/memory.max", "8589934592\n");
    assertThat(ContainerLimit.read(root))
        .isEqualTo(new ContainerLimit(4L << 30, true, "cgroup v2 memory.max"));
  }

  @Test
  void insideAContainerItsGroupIsMountedAtTheTop() throws IOException {
    machine("16384000");
    file("proc/self/cgroup", "0::/docker/abc\n");
    file("sys/fs/cgroup/memory.max", "1073741824\n");
    assertThat(ContainerLimit.read(root).bytes()).isEqualTo(1L << 30);
  }

  @Test
  void versionOneHasAFileOfItsOwn() throws IOException {
    machine("16384000");
    file("proc/self/cgroup", "11:cpu,cpuacct:/x\n5:memory:/x\n");
    file("sys/fs/cgroup/memory/x/memory.limit_in_bytes", "2147483648\n");
    file("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    assertThat(ContainerLimit.read(root))
        .isEqualTo(new ContainerLimit(2L << 30, true, "cgroup v1 memory.limit_in_bytes"));
  }

  @Test
  void withoutALimitTheMachineTells() throws IOException {
    machine("16384000");
    file("proc/self/cgroup", "0::/\n5:memory:/\n");
    file("sys/fs/cgroup/memory.max", "max\n");
    file("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    assertThat(ContainerLimit.read(root))
        .isEqualTo(new ContainerLimit(16384000L << 10, false, "the machine's memory"));
  }

  @Test
  void aLimitAboveTheMachineIsNone() throws IOException {
    machine("1024");
    file("proc/self/cgroup", "0::/\n");
    file("sys/fs/cgroup/memory.max", "1073741824\n");
    assertThat(ContainerLimit.read(root).hard()).isFalse();
  }

  @Test
  void whereNothingTellsNothingIsKnown() throws IOException {
    assertThat(ContainerLimit.read(root).bytes()).isEqualTo(ContainerLimit.UNKNOWN);
    machine("16384000");
    file("proc/self/cgroup", "torn\n0::/../../up\n");
    file("sys/fs/cgroup/memory.max", "many\n");
    assertThat(ContainerLimit.read(root).bytes()).isEqualTo(16384000L << 10);
    assertThat(ContainerLimit.here().bytes()).isPositive();
  }

  private void machine(String kilobytes) throws IOException {
    file("proc/meminfo", "MemTotal:       " + kilobytes + " kB\nMemFree: 1 kB\n");
  }

  private void file(String path, String content) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }
}
