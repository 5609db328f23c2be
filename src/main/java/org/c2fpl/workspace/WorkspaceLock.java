package org.c2fpl.workspace;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.ipc.RemoteException;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.InfrastructureException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a second run out of a workspace: {@code _lock.json} with owner, host, process and
 * heartbeat.
 *
 * <p>An owner whose processes can be seen from here (same host, boot and PID namespace) is alive as
 * long as its process, and taken over at once when that is dead. Any other, also one without a
 * host, is taken over when its lock was not written for {@link #STALE}. No two clocks are compared:
 * that time is the difference of two files by the clock of their file system.
 *
 * <p>An owner that is only cut off or asleep may be taken over. So it checks that the lock is still
 * its own before it publishes anything ({@link Workspace#requireLock}), and otherwise ends.
 *
 * <p>If several find a dead owner's lock at the same instant, one takes it over. A process that
 * replaces a lock first creates a file, the takeover, whose name follows from that lock's content
 * and time; only one process can create it. Then it checks that the lock is still the one that it
 * read, and replaces it atomically. The takeover has an owner like a lock, so a process that died
 * during a takeover is taken over in the same way. This needs exclusive creation of files and
 * atomic renames, which local disks and HDFS have. Object stores have neither: there two runs that
 * start at the same instant may both continue.
 */
public final class WorkspaceLock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WorkspaceLock.class);

  static final String FILE = "_lock.json";
  private static final String TAKEOVER = "_lock-";
  private static final String CLOCK = "_clock-";
  static final String RUNS = "_runs";

  /** Each further attempt means that another run changed the lock in between. */
  private static final int ATTEMPTS = 10;

  static final Duration HEARTBEAT = Duration.ofSeconds(10);
  static final Duration STALE = Duration.ofMinutes(2);
  private static final Duration RETRY = Duration.ofSeconds(1);

  /** The message of a name node that another process has created a file and is still writing it. */
  private static final Set<String> BEING_CREATED =
      Set.of(
          "org.apache.hadoop.hdfs.protocol.AlreadyBeingCreatedException",
          "org.apache.hadoop.hdfs.protocol.RecoveryInProgressException");

  private final Workspace workspace;
  private final LockOwner owner;
  private final ScheduledExecutorService heart;
  private boolean lost;

  /** A lock or takeover as it was read; the owner is null if its content names none. */
  private record Found(@Nullable LockOwner owner, Path takeover) {}

  private WorkspaceLock(Workspace workspace, LockOwner owner) {
    this.workspace = workspace;
    this.owner = owner;
    this.heart =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "workspace-lock");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Takes the lock and finishes or drops the remnants of a crashed run; refuses while another run
   * is active.
   */
  public static WorkspaceLock acquire(Workspace workspace, String runId) {
    return acquire(workspace, runId, Duration.ZERO);
  }

  /**
   * Takes the lock and finishes or drops the remnants of a crashed run.
   *
   * @param patience how long to wait for an active run before it refuses
   */
  public static WorkspaceLock acquire(Workspace workspace, String runId, Duration patience) {
    WorkspaceLock lock = new WorkspaceLock(workspace, LockOwner.here(runId));
    try {
      lock.create(Instant.now().plus(patience));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      workspace.dropUnfinishedIn(workspace.root());
      workspace.dropUnfinishedIn(workspace.path(RUNS));
      lock.dropLeftBehind();
      LeafTransaction.recover(workspace);
    } catch (IOException e) {
      lock.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
    workspace.heldBy(lock);
    lock.heart.scheduleAtFixedRate(
        lock::beat, HEARTBEAT.toMillis(), HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS);
    return lock;
  }

  @Override
  public void close() {
    workspace.heldBy(null);
    heart.shutdownNow();
    try {
      heart.awaitTermination(5, TimeUnit.SECONDS);
      if (isOurs()) {
        workspace.fileSystem().delete(file(), false);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void create(Instant deadline) throws IOException {
    if (!makeRoot(workspace.fileSystem())) {
      throw new DataException(
          "Cannot make workspace "
              + workspace.root()
              + ": the folder could not be created. Check that its parent is a folder that you may"
              + " write to, or use another workspace.");
    }
    while (true) {
      try {
        take(file());
        return;
      } catch (DataException e) {
        if (Instant.now().isAfter(deadline)) {
          throw e;
        }
        pause(e);
      }
    }
  }

  private static void pause(DataException refusal) {
    try {
      Thread.sleep(RETRY.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw refusal;
    }
  }

  /** Becomes the owner of a lock or takeover; refuses if the owner is alive. */
  private void take(Path file) throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (createNew(file)) {
        return;
      }
      Optional<Found> found = read(file);
      if (found.isPresent()) {
        refuseIfAlive(file, found.get());
        if (takeOver(file, found.get())) {
          return;
        }
      }
    }
    throw new DataException(
        "Cannot lock workspace "
            + workspace.root()
            + ": another run took the lock just now. Wait for it to end.");
  }

  /** Replaces the file of a dead owner; false if it no longer exists. */
  private boolean takeOver(Path file, Found dead) throws IOException {
    take(dead.takeover());
    try {
      // A process that created and dropped this takeover before has replaced the file.
      if (read(file).filter(dead::equals).isEmpty()) {
        return false;
      }
      workspace.writeUnguarded(file, content());
      return true;
    } finally {
      workspace.fileSystem().delete(dead.takeover(), false);
    }
  }

  /** The file whose creator alone may replace a lock or takeover with this content and time. */
  static Path takeover(Workspace workspace, byte[] content, long modified) {
    MessageDigest digest = Fingerprints.digest();
    digest.update(content);
    digest.update(Long.toString(modified).getBytes(StandardCharsets.UTF_8));
    return workspace.path(TAKEOVER + Fingerprints.hex(digest.digest()).substring(0, 16) + ".json");
  }

  /**
   * Deletes the files of processes that died, but not those of processes that are about to be
   * refused.
   */
  private void dropLeftBehind() throws IOException {
    FileSystem fs = workspace.fileSystem();
    // This run wrote the lock just now.
    long now = fs.getFileStatus(file()).getModificationTime();
    for (FileStatus status : fs.listStatus(workspace.root())) {
      Path file = status.getPath();
      boolean left = false;
      if (file.getName().startsWith(TAKEOVER)) {
        Optional<Found> found = read(file);
        left = found.isPresent() && !isAlive(file, found.get());
      } else if (file.getName().startsWith(CLOCK)) {
        left = now - status.getModificationTime() > STALE.toMillis();
      }
      if (left) {
        fs.delete(file, false);
      }
    }
  }

  private byte[] content() throws IOException {
    return Json.MAPPER.writeValueAsBytes(owner.json());
  }

  /** Creates a file exclusively; false if it exists. */
  private boolean createNew(Path file) throws IOException {
    FileSystem fs = workspace.fileSystem();
    try {
      if (fs.getUri().getScheme().equals("file")) {
        // Hadoop's own method checks and writes, not atomically.
        createNew(java.nio.file.Path.of(file.toUri().getPath()), content());
      } else {
        try (OutputStream out = fs.create(file, false)) {
          out.write(content());
        }
      }
      return true;
    } catch (FileAlreadyExistsException | java.nio.file.FileAlreadyExistsException e) {
      return false;
    } catch (RemoteException e) {
      if (BEING_CREATED.contains(e.getClassName())) {
        return false;
      }
      throw e;
    }
  }

  /** Hadoop's local file system gives no reason for a failure. */
  private boolean makeRoot(FileSystem fs) throws IOException {
    try {
      return fs.mkdirs(workspace.root());
    } catch (ParentNotDirectoryException e) {
      return false;
    }
  }

  private static void createNew(java.nio.file.Path file, byte[] content) throws IOException {
    Files.createFile(file);
    try {
      Files.write(file, content);
    } catch (IOException e) {
      Files.deleteIfExists(file);
      throw new IOException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  /** A lock or takeover; empty if it does not exist. */
  private Optional<Found> read(Path file) throws IOException {
    FileSystem fs = workspace.fileSystem();
    byte[] content;
    long modified;
    try {
      modified = fs.getFileStatus(file).getModificationTime();
      try (InputStream in = fs.open(file)) {
        content = in.readAllBytes();
      } catch (ChecksumException e) {
        content = new byte[0];
      }
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
    return Optional.of(new Found(LockOwner.of(content), takeover(workspace, content, modified)));
  }

  private boolean isAlive(Path file, Found found) throws IOException {
    LockOwner holder = found.owner();
    if (holder == null || !holder.isVisible()) {
      return age(file).compareTo(STALE) < 0;
    }
    return holder.isRunning();
  }

  private void refuseIfAlive(Path file, Found found) throws IOException {
    if (!isAlive(file, found)) {
      return;
    }
    LockOwner holder = found.owner();
    if (holder == null) {
      throw new DataException(
          "Cannot lock workspace "
              + workspace.root()
              + ": its lock "
              + file
              + " cannot be read. Wait two minutes, or delete it if no run is active.");
    }
    throw new DataException(
        "Cannot use workspace "
            + workspace.root()
            + ": run "
            + holder.run()
            + " of "
            + holder.user()
            + " on "
            + holder.place()
            + " has been using it since "
            + holder.started()
            + ". Wait for it to end, or use another workspace.");
  }

  /**
   * The error of a run whose lock another has taken, for instance after a long sleep of this
   * machine; empty if this run still holds it.
   */
  synchronized Optional<InfrastructureException> lost(@Nullable Throwable cause)
      throws IOException {
    lost = lost || !isOurs();
    if (!lost) {
      return Optional.empty();
    }
    String next =
        read(file())
            .map(Found::owner)
            .map(holder -> "by run " + holder.run() + " on " + holder.place())
            .orElse("and is gone");
    return Optional.of(
        new InfrastructureException(
            "Cannot go on with workspace "
                + workspace.root()
                + ": its lock was taken over "
                + next
                + ", as happens when this run or its file system stalls for two minutes."
                + " Nothing was published since. Wait for that run to end, then give the same"
                + " command again: finished work is kept.",
            cause));
  }

  /** Whether this run still holds the lock. */
  private boolean isOurs() throws IOException {
    return read(file()).map(Found::owner).filter(owner::isSame).isPresent();
  }

  /**
   * The time since the lock was written, by the clock of the file system, compared with another
   * file written now. The clocks of two hosts may be hours apart.
   */
  private Duration age(Path file) throws IOException {
    FileSystem fs = workspace.fileSystem();
    Path now = workspace.path(CLOCK + UUID.randomUUID());
    try {
      WholeFile.write(fs, now, new byte[] {0});
      return Duration.ofMillis(
          fs.getFileStatus(now).getModificationTime()
              - fs.getFileStatus(file).getModificationTime());
    } catch (FileNotFoundException e) {
      return Duration.ZERO; // Another process is changing the lock just now.
    } finally {
      fs.delete(now, false);
    }
  }

  /** Writes the lock again, unless another has taken it. */
  synchronized void beat() {
    owner.beat();
    try {
      if (lost(null).isEmpty()) {
        workspace.writeUnguarded(file(), content());
      } else {
        LOG.warn("the lock {} was taken over by another run", file());
      }
    } catch (IOException | RuntimeException e) {
      // One lost beat is harmless: the lock counts as stale only after twelve of them.
      LOG.warn("lock heartbeat failed", e);
    }
  }

  private Path file() {
    return workspace.path(FILE);
  }
}
