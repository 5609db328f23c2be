package org.c2fpl.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.conf.Configuration;
import org.c2fpl.errors.DataException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspaceLockTest {
  @TempDir Path folder;
  private Workspace workspace;

  @BeforeEach
  void open() {
    workspace = Workspace.open(folder.toString(), new Configuration());
  }

  @Test
  void theSecondRunIsRefusedAndToldWhoIsAtWork() {
    try (WorkspaceLock lock = WorkspaceLock.acquire(workspace, "first")) {
      assertThatThrownBy(() -> WorkspaceLock.acquire(workspace, "second"))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("run first of " + System.getProperty("user.name"))
          .hasMessageContaining("process " + ProcessHandle.current().pid());
    }
    WorkspaceLock.acquire(workspace, "third").close();
    assertThat(folder.resolve(WorkspaceLock.FILE)).doesNotExist();
  }

  @Test
  void aPatientRunWaitsForTheOneAtWork() throws Exception {
    WorkspaceLock first = WorkspaceLock.acquire(workspace, "first");
    FutureTask<String> second =
        new FutureTask<>(
            () -> {
              try (WorkspaceLock lock =
                  WorkspaceLock.acquire(workspace, "second", Duration.ofMinutes(1))) {
                return Files.readString(folder.resolve(WorkspaceLock.FILE));
              }
            });
    new Thread(second).start();
    assertThatThrownBy(() -> second.get(500, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    first.close();
    assertThat(second.get(1, TimeUnit.MINUTES)).contains("\"second\"");
    try (WorkspaceLock lock = WorkspaceLock.acquire(workspace, "third")) {
      assertThatThrownBy(() -> WorkspaceLock.acquire(workspace, "fourth", Duration.ofMillis(10)))
          .isInstanceOf(DataException.class);
    }
  }

  @Test
  void aDeadOwnerOnThisHostIsTakenOverAtOnce() throws IOException, InterruptedException {
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    leave(InetAddress.getLocalHost().getHostName(), dead.pid(), Instant.now());
    WorkspaceLock.acquire(workspace, "next").close();
  }

  @Test
  void aLaterProcessWithTheSameNumberIsNotTheOwner() throws IOException {
    leave(InetAddress.getLocalHost().getHostName(), ProcessHandle.current().pid(), Instant.now());
    WorkspaceLock.acquire(workspace, "next").close();
  }

  @Test
  void anOwnerOnAnotherHostCountsAsLongAsItsHeartBeats() throws IOException {
    leave("elsewhere", 1, Instant.now());
    assertThatThrownBy(() -> WorkspaceLock.acquire(workspace, "next"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("on elsewhere");
    written(WorkspaceLock.STALE.plusSeconds(1));
    WorkspaceLock.acquire(workspace, "next").close();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void theClockOfAnotherHostDecidesNothing() throws IOException {
    leave("elsewhere", 1, Instant.now().minus(Duration.ofHours(5)));
    assertThatThrownBy(() -> WorkspaceLock.acquire(workspace, "next"))
        .as("its clock is behind, and its heart beats")
        .isInstanceOf(DataException.class)
        .hasMessageContaining("on elsewhere");
    leave("elsewhere", 1, Instant.now().plus(Duration.ofHours(5)));
    written(WorkspaceLock.STALE.plusSeconds(1));
    WorkspaceLock.acquire(workspace, "next").close();
  }

  @Test
  void anEmptyLockIsSomebodysWhoIsJustWritingIt() throws IOException {
    Files.createFile(folder.resolve(WorkspaceLock.FILE));
    assertThatThrownBy(() -> WorkspaceLock.acquire(workspace, "next"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Wait two minutes, or delete it");
    written(WorkspaceLock.STALE.plusSeconds(1));
    WorkspaceLock.acquire(workspace, "next").close();
  }

  @Test
  void whatACrashLeftOfSmallFilesIsSweptAway() throws IOException {
    Files.writeString(folder.resolve("__lock.json.tmp"), "{");
    Files.createDirectory(folder.resolve("_runs"));
    Files.writeString(folder.resolve("_runs/_1.json.tmp"), "{");
    Files.writeString(folder.resolve("_runs/1.json"), "{}");
    WorkspaceLock.acquire(workspace, "next").close();
    assertThat(folder.resolve("__lock.json.tmp")).doesNotExist();
    assertThat(folder.resolve("_runs/_1.json.tmp")).doesNotExist();
    assertThat(folder.resolve("_runs/1.json")).exists();
  }

  /** The lock was last written so long ago. */
  private void written(Duration ago) throws IOException {
    Files.setLastModifiedTime(
        folder.resolve(WorkspaceLock.FILE), FileTime.from(Instant.now().minus(ago)));
  }

  @Test
  void aFolderThatCannotBeMadeIsNamed() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    for (String impossible : List.of(file.resolve("w").toString(), "/proc/c2fpl")) {
      Workspace none = Workspace.open(impossible, new Configuration());
      assertThatThrownBy(() -> WorkspaceLock.acquire(none, "run"))
          .isInstanceOf(DataException.class)
          .hasMessageStartingWith("Cannot make workspace file:" + impossible);
    }
  }

  private void leave(String host, long process, Instant heartbeat) throws IOException {
    Files.writeString(
        folder.resolve(WorkspaceLock.FILE),
        Json.object()
            .put("run", "earlier")
            .put("owner", "somebody")
            .put("host", host)
            .put("process", process)
            .put("process_started", "2001-01-01T00:00:00Z")
            .put("started", heartbeat.toString())
            .put("heartbeat", heartbeat.toString())
            .toString());
  }
}
