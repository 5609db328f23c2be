package org.c2fpl.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.c2fpl.errors.Secrets;
import org.c2fpl.stages.Failures;
import org.c2fpl.workspace.Json;
import org.c2fpl.workspace.Versions;
import org.c2fpl.workspace.Workspace;

/** {@code _runs/<run id>.json}: what was run, how it ended, the class of a failure. */
final class RunRecord {
  private static final DateTimeFormatter ID =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final String id;
  private final ObjectNode content = Json.object();

  RunRecord(String command, List<String> arguments) {
    Instant now = Instant.now();
    this.id = ID.format(now) + "-" + command + "-" + ProcessHandle.current().pid();
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

  /** Writes how the run ended; {@code failure} is null where it was done. */
  void end(Workspace workspace, Throwable failure) {
    int exitCode = failure == null ? ExitCode.DONE : CommandLines.exitCode(failure);
    content.put("ended", Instant.now().toString());
    content.put("exit_code", exitCode);
    content.put("outcome", ExitCode.outcome(exitCode));
    if (failure != null) {
      Throwable cause = Failures.usersError(failure).map(Throwable.class::cast).orElse(failure);
      content.put("failure", cause.getClass().getName());
      content.put("message", Secrets.masked(cause.getMessage()));
    }
    try {
      workspace.writeAtomically(
          workspace.path("_runs/" + id + ".json"), Json.MAPPER.writeValueAsBytes(content));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
