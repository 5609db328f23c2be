package org.c2fpl.workspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.InfrastructureException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkspaceLockTest {
  private static final String HOST = host();
  private static final int TAKERS = 8;
  private static final int ROUNDS = 100;

  @TempDir Path folder;
  private Workspace workspace;

  @BeforeEach
  void open() {
    Configuration hadoop = new Configuration();
    // As an embedded run has it.
    hadoop.setClass("fs.file.impl", PosixLocalFileSystem.class, FileSystem.class);
    hadoop.setBoolean("fs.file.impl.disable.cache", true);
    workspace = Workspace.open(folder.toString(), hadoop);
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
    leave(HOST, dead.pid(), Instant.now());
    WorkspaceLock.acquire(workspace, "next").close();
  }

  /**
   * A process that is not found here is dead only if it would be seen here. All else waits, and
   * differs from a live one by its age alone.
   */
  @ParameterizedTest(name = "host {0}, boot {1}, namespace {2}")
  @CsvSource({
    "same, same, same, true",
    "same, same, other, false",
    "same, other, same, false",
    "same, other, other, false",
    "other, same, same, false",
    "other, other, other, false",
    "same, none, none, false",
    "same, same, none, false",
    "same, none, same, false"
  })
  void onlyAnOwnerThatWouldBeSeenHereIsTakenOverAtOnce(
      String host, String boot, String namespace, boolean atOnce) throws IOException {
    ObjectNode owner = lock(is(host, HOST), 1, Instant.now());
    set(owner, "boot", is(boot, LockOwner.boot()));
    set(owner, "pid_namespace", is(namespace, LockOwner.pidNamespace()));
    Path file = folder.resolve(WorkspaceLock.FILE);
    Files.writeString(file, owner.toString());
    if (!atOnce) {
      written(WorkspaceLock.STALE.minusSeconds(20));
      assertThatThrownBy(() -> WorkspaceLock.acquire(workspace, "next"))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("run earlier of somebody on ");
      written(WorkspaceLock.STALE.plusSeconds(1));
    }
    WorkspaceLock.acquire(workspace, "next").close();
    assertThat(folder).isEmptyDirectory();
  }

  private static String is(String which, String here) {
    return which.equals("same") ? here : which.equals("other") ? "other" : null;
  }

  private static void set(ObjectNode owner, String field, String value) {
    owner.remove(field);
    if (value != null) {
      owner.put(field, value);
    }
  }

  @Test
  void aLiveOwnerThatIsSeenHereIsNeverTakenOver() throws IOException {
    try (WorkspaceLock first = WorkspaceLock.acquire(workspace, "first")) {
      written(Duration.ofHours(5));
      assertThatThrownBy(() -> WorkspaceLock.acquire(workspace, "next"))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("run first of ");
      workspace.requireLock();
    }
  }

  @Test
  void anOwnerThatWasTakenOverPublishesNothing() throws IOException {
    Leaf leaf = Leaf.of(Table.COARSE_LABELS);
    try (WorkspaceLock first = WorkspaceLock.acquire(workspace, "first")) {
      workspace.writeAtomically(workspace.path("model/current.json"), new byte[] {'1'});
      LeafTransaction transaction =
          workspace.begin(ManifestDraft.of("coarse", 1, 0L), WriteMode.ERROR, List.of(leaf));
      transaction.rows(leaf, 0);
      leave("elsewhere", 1, Instant.now());
      assertLost(transaction::commit);
      transaction.close();
      assertLost(
          () -> workspace.writeAtomically(workspace.path("model/current.json"), new byte[] {'2'}));
      assertLost(workspace.only(EnumSet.of(Table.VIDEOS))::requireLock);
      assertThat(workspace.lostLock(new IOException("gone"))).isPresent();
      // Its lock is no longer its own, whatever comes of the other.
      Files.delete(folder.resolve(WorkspaceLock.FILE));
      first.beat();
      assertThat(folder.resolve(WorkspaceLock.FILE)).doesNotExist();
      assertThatThrownBy(workspace::requireLock).isInstanceOf(InfrastructureException.class);
    }
    assertThat(workspace.manifest(leaf)).isEmpty();
    assertThat(folder.resolve("model/current.json")).hasContent("1");
    assertThat(folder.resolve("_staging")).doesNotExist();
  }

  private static void assertLost(ThrowingCallable publication) {
    assertThatThrownBy(publication)
        .isInstanceOf(InfrastructureException.class)
        .hasMessageStartingWith("Cannot go on with workspace file:")
        .hasMessageContaining(": its lock was taken over by run earlier on elsewhere (process 1), ")
        .hasMessageContaining("Nothing was published since.");
  }

  /** The run that took the lock over finishes the recorded moves, and no other run. */
  @Test
  void anOwnerThatWasTakenOverWhileItMovedItsTablesInLeavesTheRecord() throws IOException {
    Leaf leaf = Leaf.of(Table.COARSE_LABELS);
    FileSystem fs = workspace.fileSystem();
    try (WorkspaceLock first = WorkspaceLock.acquire(workspace, "first")) {
      Path staged = Files.createDirectories(folder.resolve("_staging/x/coarse_labels"));
      Files.writeString(staged.resolve("rows"), "");
      Files.writeString(folder.resolve("_staging/x/commit.json"), "[\"coarse_labels\"]");
      leave("elsewhere", 1, Instant.now());
      assertThatThrownBy(() -> LeafTransaction.recover(workspace))
          .isInstanceOf(InfrastructureException.class);
      assertThat(staged).exists();
    }
    written(WorkspaceLock.STALE.plusSeconds(1));
    WorkspaceLock.acquire(workspace, "next").close();
    assertThat(fs.exists(workspace.path(leaf))).isTrue();
  }

  @Test
  void ofManyThatFindADeadOwnersLockAtOneInstantOneTakesItOver() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      leave(HOST, 1, Instant.EPOCH.plusSeconds(round));
      assertOneOf(TAKERS, "round " + round);
    }
    assertThat(folder).isEmptyDirectory();
  }

  /** Takers that died one after the other, each with the mark of its takeover. */
  @Test
  void takersThatDiedInTheMiddleOfItHoldNobodyUp() throws Exception {
    Path lock = folder.resolve(WorkspaceLock.FILE);
    for (int round = 0; round < ROUNDS / 10; round++) {
      Path file = lock;
      for (int taker = 0; taker < 3; taker++) {
        Files.writeString(file, dead(round + "." + taker));
        org.apache.hadoop.fs.Path next =
            WorkspaceLock.takeover(
                workspace, Files.readAllBytes(file), Files.getLastModifiedTime(file).toMillis());
        file = Path.of(next.toUri().getPath());
      }
      assertThat(file).doesNotExist();
      assertOneOf(TAKERS, "round " + round);
    }
    assertThat(folder).isEmptyDirectory();
  }

  private String dead(String run) throws IOException {
    return lock(HOST, 1, Instant.EPOCH).put("run", run).toString();
  }

  /**
   * Of threads that lock the workspace at one instant exactly one may continue, and all others are
   * refused.
   */
  private void assertOneOf(int takers, String round) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(takers);
    try {
      CyclicBarrier start = new CyclicBarrier(takers);
      List<Future<WorkspaceLock>> ends = new ArrayList<>();
      for (int t = 0; t < takers; t++) {
        String run = "taker-" + t;
        ends.add(
            threads.submit(
                () -> {
                  start.await();
                  return WorkspaceLock.acquire(workspace, run);
                }));
      }
      List<WorkspaceLock> owners = new ArrayList<>();
      for (Future<WorkspaceLock> end : ends) {
        try {
          owners.add(end.get());
        } catch (ExecutionException e) {
          assertThat(e).as(round).hasCauseInstanceOf(DataException.class);
        }
      }
      assertThat(owners).as(round).hasSize(1);
      owners.get(0).close();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void anOwnerThatWasTakenOverLeavesTheLockOfTheNextAlone() throws IOException {
    WorkspaceLock first = WorkspaceLock.acquire(workspace, "first");
    leave("elsewhere", 1, Instant.now());
    String next = Files.readString(folder.resolve(WorkspaceLock.FILE));
    first.beat();
    first.close();
    assertThat(folder.resolve(WorkspaceLock.FILE)).hasContent(next);
  }

  @Test
  void aLaterProcessWithTheSameNumberIsNotTheOwner() throws IOException {
    leave(HOST, ProcessHandle.current().pid(), Instant.now());
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
        .as("its clock is behind, but its heart beats")
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
    Path clock = Files.writeString(folder.resolve("_clock-1"), "0");
    Files.setLastModifiedTime(
        clock, FileTime.from(Instant.now().minus(WorkspaceLock.STALE).minusSeconds(1)));
    Path takeover = Files.writeString(folder.resolve("_lock-0123456789abcdef.json"), dead("taker"));
    WorkspaceLock.acquire(workspace, "next").close();
    assertThat(folder.resolve("__lock.json.tmp")).doesNotExist();
    assertThat(folder.resolve("_runs/_1.json.tmp")).doesNotExist();
    assertThat(folder.resolve("_runs/1.json")).exists();
    assertThat(List.of(clock, takeover)).noneMatch(Files::exists);
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
        folder.resolve(WorkspaceLock.FILE), lock(host, process, heartbeat).toString());
  }

  private static ObjectNode lock(String host, long process, Instant heartbeat) {
    return Json.object()
        .put("run", "earlier")
        .put("owner", "somebody")
        .put("host", host)
        .put("process", process)
        .put("boot", LockOwner.boot())
        .put("pid_namespace", LockOwner.pidNamespace())
        .put("process_started", "2001-01-01T00:00:00Z")
        .put("started", heartbeat.toString())
        .put("heartbeat", heartbeat.toString());
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }
}
