package org.c2fpl.workspace;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.Path;
import org.c2fpl.errors.DataException;

/**
 * Keeps a second run out of a workspace: {@code _lock.json} with owner, host, process and
 * heartbeat.
 *
 * <p>A dead owner on the same host is taken over at once; one on another host when its lock was not
 * written for {@link #STALE}. No two clocks are compared: that time is between two files by the
 * clock of their file system.
 */
public final class WorkspaceLock implements AutoCloseable {
  static final String FILE = "_lock.json";
  private static final String RUNS = "_runs";

  /** The field of /proc/PID/stat, counted from the one behind the program's name. */
  private static final int START_TICKS = 19;

  static final Duration HEARTBEAT = Duration.ofSeconds(10);
  static final Duration STALE = Duration.ofMinutes(2);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Workspace workspace;
  private final ObjectNode owner;
  private final ScheduledExecutorService heart;

  private WorkspaceLock(Workspace workspace, ObjectNode owner) {
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

  /** Takes the lock and finishes or drops what a crashed run left; refuses where a run is on. */
  public static WorkspaceLock acquire(Workspace workspace, String runId) {
    return acquire(workspace, runId, Duration.ZERO);
  }

  /**
   * Takes the lock and finishes or drops what a crashed run left.
   *
   * @param patience how long to wait for a run that is on, before it refuses
   */
  public static WorkspaceLock acquire(Workspace workspace, String runId, Duration patience) {
    ObjectNode owner = Json.object();
    owner.put("run", runId);
    owner.put("owner", System.getProperty("user.name"));
    owner.put("host", host());
    owner.put("process", ProcessHandle.current().pid());
    owner.put("process_started", processStart(ProcessHandle.current()));
    owner.put("started", Instant.now().toString());
    owner.put("heartbeat", Instant.now().toString());
    WorkspaceLock lock = new WorkspaceLock(workspace, owner);
    try {
      lock.create(Instant.now().plus(patience));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      workspace.dropUnfinishedIn(workspace.root());
      workspace.dropUnfinishedIn(workspace.path(RUNS));
      LeafTransaction.recover(workspace);
    } catch (IOException e) {
      lock.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
    lock.heart.scheduleAtFixedRate(
        lock::beat, HEARTBEAT.toMillis(), HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS);
    return lock;
  }

  @Override
  public void close() {
    heart.shutdownNow();
    try {
      heart.awaitTermination(5, TimeUnit.SECONDS);
      workspace.fileSystem().delete(file(), false);
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
              + ": the folder could not be made. Check that its parent is a folder that you may write"
              + " to, or use another workspace.");
    }
    while (true) {
      try {
        create();
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

  private void create() throws IOException {
    FileSystem fs = workspace.fileSystem();
    for (int attempt = 0; attempt < 3; attempt++) {
      try {
        createNew(fs);
        return;
      } catch (FileAlreadyExistsException | java.nio.file.FileAlreadyExistsException e) {
        JsonNode holder = holder(fs);
        if (holder != null) {
          refuseIfAlive(fs, holder);
        }
        fs.delete(file(), false);
      }
    }
    throw new DataException(
        "Cannot lock workspace "
            + workspace.root()
            + ": another run took the lock just now. Wait for it to end.");
  }

  /**
   * Creation that fails if the file is there; Hadoop's local file system only checks and writes.
   */
  private void createNew(FileSystem fs) throws IOException {
    byte[] content = Json.MAPPER.writeValueAsBytes(owner);
    if (fs.getUri().getScheme().equals("file")) {
      createNew(java.nio.file.Path.of(file().toUri().getPath()), content);
      return;
    }
    try (OutputStream out = fs.create(file(), false)) {
      out.write(content);
    }
  }

  /** Hadoop's local file system tells no more than that it did not work. */
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

  /** Who has the lock; null where nobody has it. */
  private JsonNode holder(FileSystem fs) throws IOException {
    try (InputStream in = fs.open(file())) {
      JsonNode holder = Json.MAPPER.readTree(in);
      if (holder.isObject()) {
        return holder;
      }
    } catch (FileNotFoundException e) {
      return null;
    } catch (JsonProcessingException | ChecksumException e) {
      org.slf4j.LoggerFactory.getLogger(WorkspaceLock.class).warn("unreadable lock", e);
    }
    // Torn or half-written: its age tells whether somebody is writing it just now.
    if (age(fs).compareTo(STALE) > 0) {
      return null;
    }
    throw new DataException(
        "Cannot lock workspace "
            + workspace.root()
            + ": its lock "
            + file()
            + " cannot be read. Wait two minutes, or delete it if no run is on.");
  }

  private void refuseIfAlive(FileSystem fs, JsonNode holder) throws IOException {
    boolean sameHost = holder.path("host").asText().equals(host());
    boolean alive =
        sameHost
            ? ProcessHandle.of(holder.path("process").asLong(-1))
                .filter(
                    process ->
                        processStart(process).equals(holder.path("process_started").asText()))
                .isPresent()
            : age(fs).compareTo(STALE) < 0;
    if (alive) {
      throw new DataException(
          "Cannot use workspace "
              + workspace.root()
              + ": run "
              + holder.path("run").asText()
              + " of "
              + holder.path("owner").asText()
              + " on "
              + holder.path("host").asText()
              + " (process "
              + holder.path("process").asText()
              + ") is at work on it since "
              + holder.path("started").asText()
              + ". Wait for it to end, or use another workspace.");
    }
  }

  /**
   * For how long the lock was not written, by the clock of the file system, which writes it as it
   * writes another file now. The clocks of two hosts may be hours apart.
   */
  private Duration age(FileSystem fs) throws IOException {
    Path now = workspace.path("_clock-" + UUID.randomUUID() + ".tmp");
    try {
      WholeFile.write(fs, now, new byte[] {0});
      return Duration.ofMillis(
          fs.getFileStatus(now).getModificationTime()
              - fs.getFileStatus(file()).getModificationTime());
    } catch (FileNotFoundException e) {
      return Duration.ZERO; // Somebody is at work on the lock just now.
    } finally {
      fs.delete(now, false);
    }
  }

  private void beat() {
    owner.put("heartbeat", Instant.now().toString());
    try {
      workspace.writeAtomically(file(), Json.MAPPER.writeValueAsBytes(owner));
    } catch (IOException | UncheckedIOException e) {
      // One lost beat is harmless: the lock counts as stale only after twelve of them.
      org.slf4j.LoggerFactory.getLogger(WorkspaceLock.class).warn("lock heartbeat failed", e);
    }
  }

  private Path file() {
    return workspace.path(FILE);
  }

  /**
   * Tells a process from a later one with the same number. On Linux by the boot and the ticks since
   * then: the time of day that Java makes of them moves when somebody sets the clock.
   */
  private static String processStart(ProcessHandle process) {
    try {
      String boot = Files.readString(java.nio.file.Path.of("/proc/sys/kernel/random/boot_id"));
      String stat = Files.readString(java.nio.file.Path.of("/proc/" + process.pid() + "/stat"));
      // The name of the program, in brackets, may contain anything.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      // One that has ended but that nobody has waited for is dead all the same.
      return fields[0].equals("Z") ? "ended" : boot.strip() + "/" + fields[START_TICKS];
    } catch (IOException e) {
      return process.info().startInstant().map(Instant::toString).orElse("unknown");
    }
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }
}
