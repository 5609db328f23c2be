package org.c2fpl.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.TreeSet;
import org.c2fpl.errors.Secrets;
import org.c2fpl.stage.StageEvents;
import org.c2fpl.workspace.Json;

/**
 * The output of {@code --json}: one object per line, for every stage that is finished or skipped,
 * for results, for an error, and at the end for the command. docs/terminal.md has the schema.
 *
 * <p>Thread-safe: a warning may come from any thread.
 */
final class JsonLines implements StageEvents {
  static final String OPTION = "--json";
  private static final String EVENT = "event";

  private final PrintStream out;
  private ArrayNode tables = Json.MAPPER.createArrayNode();
  private ArrayNode warnings = Json.MAPPER.createArrayNode();
  private ObjectNode figures = Json.object();
  private final TreeSet<String> models = new TreeSet<>();

  JsonLines(PrintStream out) {
    this.out = out;
  }

  @Override
  public synchronized void figure(Figure figure, double value) {
    String name = name(figure);
    if (figure.adds()) {
      figures.put(name, figures.path(name).asLong() + (long) value);
    } else {
      figures.put(name, value);
    }
  }

  private static String name(Figure figure) {
    return figure.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public synchronized void table(String path, long rows) {
    tables.addObject().put("table", path).put("rows", rows);
  }

  @Override
  public synchronized void model(String id) {
    models.add(id);
  }

  @Override
  public synchronized void warned(String text) {
    warnings.add(Secrets.masked(text));
  }

  @Override
  public synchronized void finished(String stage, Duration took, String summary) {
    print(stage(stage, "done", summary).put("seconds", took.toMillis() / 1e3));
  }

  @Override
  public synchronized void skipped(String stage, String why) {
    print(stage(stage, "skipped", why).put("seconds", 0.0));
  }

  private ObjectNode stage(String stage, String status, String summary) {
    ObjectNode json = Json.object();
    json.put(EVENT, "stage").put("stage", stage).put("status", status);
    json.set("tables", tables);
    json.set("figures", figures);
    json.set("models", Json.MAPPER.valueToTree(models));
    json.set("warnings", warnings);
    json.put("summary", Secrets.masked(summary));
    tables = Json.MAPPER.createArrayNode();
    figures = Json.object();
    models.clear();
    warnings = Json.MAPPER.createArrayNode();
    return json;
  }

  /** Prints the result of a command that changes nothing. */
  void result(String command, JsonNode found) {
    ObjectNode json = Json.object().put(EVENT, "result").put("command", command);
    json.set("result", found);
    print(json);
  }

  void error(int exitCode, String message) {
    print(
        Json.object()
            .put(EVENT, "error")
            .put("code", exitCode)
            .put("outcome", ExitCode.outcome(exitCode))
            .put("message", Secrets.masked(message)));
  }

  /**
   * Prints the last line.
   *
   * @param command null, like the others, if arguments were refused before it was known
   */
  synchronized void end(int exitCode, String command, String run, String workspace, Duration took) {
    ObjectNode json = Json.object();
    json.put(EVENT, "end").put("outcome", ExitCode.outcome(exitCode)).put("exit_code", exitCode);
    json.put("command", command).put("run", run).put("workspace", Secrets.masked(workspace));
    json.put("seconds", took.toMillis() / 1e3);
    json.set("warnings", warnings);
    print(json);
  }

  private synchronized void print(JsonNode json) {
    out.println(json);
    out.flush();
  }
}
