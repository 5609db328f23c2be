package org.c2fpl.workspace;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The process that holds a lock, as the lock file describes it.
 *
 * @param json its fields; a missing one, or one of another type, reads as empty
 */
record LockOwner(ObjectNode json) {
  private static final String BOOT = "boot";
  private static final String NAMESPACE = "pid_namespace";

  /** The field of /proc/PID/stat, counted from the one after the program's name. */
  private static final int START_TICKS = 19;

  private static final Path FIRST_PROCESS = Path.of("/proc/1/stat");

  /** This process. */
  static LockOwner here(String runId) {
    ObjectNode json = Json.object();
    json.put("run", runId);
    json.put("owner", System.getProperty("user.name"));
    json.put("host", host());
    json.put(BOOT, boot());
    json.put(NAMESPACE, pidNamespace());
    json.put("process", ProcessHandle.current().pid());
    json.put("process_started", processStart(ProcessHandle.current()));
    json.put("started", Instant.now().toString());
    json.put("heartbeat", Instant.now().toString());
    return new LockOwner(json);
  }

  /** The owner in the content of a lock; null if it is empty, torn or half-written. */
  static @Nullable LockOwner of(byte[] content) throws IOException {
    try {
      JsonNode json = Json.MAPPER.readTree(content);
      return json instanceof ObjectNode fields ? new LockOwner(fields) : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  /** Notes that the owner is alive now. */
  void beat() {
    json.put("heartbeat", Instant.now().toString());
  }

  /** Whether both are the same process in the same run. */
  boolean isSame(LockOwner other) {
    return Stream.of("run", "host", "process", "process_started", "started")
        .allMatch(field -> text(field).equals(other.text(field)));
  }

  /** Whether its process, if it is not found here, must be dead, not just elsewhere or hidden. */
  boolean isVisible() {
    return !boot().isEmpty()
        && !pidNamespace().isEmpty()
        && text("host").equals(host())
        && text(BOOT).equals(boot())
        && text(NAMESPACE).equals(pidNamespace())
        // It belongs to root, so if it can be read, /proc hides no processes of other users.
        && Files.isReadable(FIRST_PROCESS);
  }

  /** Whether its process runs on this host. */
  boolean isRunning() {
    return ProcessHandle.of(json.path("process").asLong(-1))
        .filter(process -> processStart(process).equals(text("process_started")))
        .isPresent();
  }

  String run() {
    return text("run");
  }

  String user() {
    return text("owner");
  }

  String started() {
    return text("started");
  }

  /** Host and process, for messages. */
  String place() {
    return text("host") + " (process " + text("process") + ")";
  }

  private String text(String field) {
    return json.path(field).asText();
  }

  /**
   * Distinguishes a process from a later one with the same number. On Linux by the boot and the
   * ticks since then: the time of day that Java computes from them changes when the clock is set.
   */
  private static String processStart(ProcessHandle process) {
    try {
      String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
      // The name of the program, in brackets, may contain anything.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      // A zombie has ended, too.
      return fields[0].equals("Z") ? "ended" : boot() + "/" + fields[START_TICKS];
    } catch (IOException e) {
      return process.info().startInstant().map(Instant::toString).orElse("unknown");
    }
  }

  /** The boot of the running kernel; empty if there is no /proc. */
  static String boot() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    } catch (IOException e) {
      return "";
    }
  }

  /** The namespace of process numbers; empty if there is no /proc. */
  static String pidNamespace() {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
    } catch (IOException e) {
      return "";
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
