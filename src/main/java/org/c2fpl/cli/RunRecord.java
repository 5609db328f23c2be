package org.c2fpl.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.c2fpl.errors.Failures;
import org.c2fpl.errors.Secrets;
import org.c2fpl.workspace.Json;
import org.c2fpl.workspace.Versions;
import org.c2fpl.workspace.Workspace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code _runs/<run id>.json}: the command line, how it ended, and the class of a failure. */
final class RunRecord {
  private static final Logger LOG = LoggerFactory.getLogger(RunRecord.class);
  private static final DateTimeFormatter ID =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final String id;
  private final ObjectNode content = Json.object();

  /**
   * @param givenId the name of the record; null for a generated name
   */
  RunRecord(String givenId, String command, List<String> arguments) {
    Instant now = Instant.now();
    this.id =
        givenId == null
            ? ID.format(now) + "-" + command + "-" + ProcessHandle.current().pid()
            : givenId;
    content.put("run", id);
    content.put("command", command);
    content.set(
        "arguments", Json.MAPPER.valueToTree(arguments.stream().map(Secrets::masked).toList()));
    content.set("versions", Json.MAPPER.valueToTree(Versions.all()));
    content.put("started", now.toString());
  }

  String id() {
    return id;
  }

  /** Records the application id that the cluster manager gave the run. */
  void ranAs(String applicationId) {
    content.put("application", applicationId);
  }

  /**
   * Writes how the run ended; {@code failure} is null after success. If the record cannot be
   * written, the failure itself is still reported.
   */
  void end(Workspace workspace, Throwable failure) {
    int exitCode = failure == null ? ExitCode.DONE : CommandLines.exitCode(failure);
    content.put("ended", Instant.now().toString());
    content.put("exit_code", exitCode);
    content.put("outcome", ExitCode.outcome(exitCode));
    if (failure != null) {
      Throwable cause = Failures.meaning(failure).map(Throwable.class::cast).orElse(failure);
      content.put("failure", cause.getClass().getName());
      content.put("message", Secrets.masked(cause.getMessage()));
    }
    try {
      workspace.writeUnguarded(
          workspace.path("_runs/" + id + ".json"), Json.MAPPER.writeValueAsBytes(content));
    } catch (UncheckedIOException e) {
      if (failure == null) {
        throw e;
      }
      LOG.warn("the run's record cannot be written", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
