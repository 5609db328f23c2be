package org.c2fpl.workspace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.c2fpl.errors.DataException;

/**
 * Keeps a second run out of a workspace: {@code _lock.json} with owner, host, process and
 * heartbeat.
 *
 * <p>A dead owner on the same host is taken over at once; one on another host when its heartbeat is
 * older than {@link #STALE}.
 */
public final class WorkspaceLock implements AutoCloseable {
  static final String FILE = "_lock.json";
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
      LeafTransaction.recover(workspace);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
          refuseIfAlive(holder);
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
    fs.mkdirs(workspace.root());
    byte[] content = Json.MAPPER.writeValueAsBytes(owner);
    if (fs.getUri().getScheme().equals("file")) {
      java.nio.file.Files.write(
          java.nio.file.Path.of(file().toUri().getPath()),
          content,
          java.nio.file.StandardOpenOption.CREATE_NEW,
          java.nio.file.StandardOpenOption.WRITE);
      return;
    }
    try (OutputStream out = fs.create(file(), false)) {
      out.write(content);
    }
  }

  private JsonNode holder(FileSystem fs) throws IOException {
    try (InputStream in = fs.open(file())) {
      return Json.MAPPER.readTree(in);
    } catch (FileNotFoundException e) {
      return null;
    } catch (IOException e) {
      // Torn or half-written: its age tells whether somebody is writing it just now.
      long age = System.currentTimeMillis() - fs.getFileStatus(file()).getModificationTime();
      if (age > STALE.toMillis()) {
        return null;
      }
      throw new DataException(
          "Cannot lock workspace "
              + workspace.root()
              + ": its lock "
              + file()
              + " is unreadable and only "
              + age / 1000
              + " s old. Wait two minutes, or delete it if no run is on.",
          e);
    }
  }

  private void refuseIfAlive(JsonNode holder) {
    boolean sameHost = holder.path("host").asText().equals(host());
    boolean alive =
        sameHost
            ? ProcessHandle.of(holder.path("process").asLong(-1))
                .filter(
                    process ->
                        processStart(process).equals(holder.path("process_started").asText()))
                .isPresent()
            : heartbeatAge(holder).compareTo(STALE) < 0;
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

  private static Duration heartbeatAge(JsonNode holder) {
    try {
      return Duration.between(Instant.parse(holder.path("heartbeat").asText()), Instant.now());
    } catch (DateTimeParseException e) {
      return STALE;
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

  /** Tells a process from a later one with the same number. */
  private static String processStart(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toString).orElse("unknown");
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }
}
