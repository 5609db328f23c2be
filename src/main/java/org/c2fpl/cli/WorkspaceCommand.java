package org.c2fpl.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.c2fpl.errors.Failures;
import org.c2fpl.errors.InfrastructureException;
import org.c2fpl.errors.LostInfrastructure;
import org.c2fpl.errors.UsageException;
import org.c2fpl.metrics.LogFacts;
import org.c2fpl.metrics.RunMetrics;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageEvents;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Workspace;
import org.c2fpl.workspace.WorkspaceLock;
import org.c2fpl.workspace.WriteMode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that works on a locked workspace with a Spark session. */
abstract class WorkspaceCommand implements Callable<Integer> {
  @Mixin CommonOptions common;

  @Spec CommandSpec spec;

  private final Instant began = Instant.now();
  private JsonLines json;
  private String runId;
  private boolean ownSession;
  private String root;
  private Ending ending;

  /** Does the work; arguments are checked before any Spark work starts. */
  abstract void execute(StageContext context);

  /** Refuses arguments that contradict each other, before Spark starts. */
  void check() {}

  /** The write mode of the stages. */
  WriteMode writeMode() {
    return common.writeMode;
  }

  /** Whether the command locks the workspace and is recorded; false if it only reads. */
  boolean changes() {
    return true;
  }

  /**
   * Whether the command creates a missing workspace; others refuse, because its path is probably
   * misspelt.
   */
  boolean makesWorkspace() {
    return false;
  }

  /** Reads the workspace before it is locked; the lock removes what a crashed run left. */
  void beforeLock(Workspace workspace) {}

  /** The arguments as they are recorded. */
  List<String> recorded(List<String> arguments) {
    return arguments;
  }

  /** The name of the finished command for {@link NextStep}. */
  String done() {
    return spec.name();
  }

  /** The console for lines and warnings. */
  Console console() {
    return json == null ? Console.standard() : Console.standard().besideData();
  }

  /** The output of {@code --json}; null without it. */
  final JsonLines json() {
    return json;
  }

  /** Prints the failure that ended the command as JSON. */
  final void failed(JsonLines lines, int exitCode, String message) {
    JsonLines heard = json == null ? lines : json;
    heard.error(exitCode, message);
    end(heard, exitCode);
  }

  private void end(JsonLines lines, int exitCode) {
    lines.end(exitCode, spec.name(), runId, root, Duration.between(began, Instant.now()));
  }

  /** The workspace if no {@code --workspace} is given; null if it is required. */
  String defaultWorkspace() {
    return null;
  }

  @Override
  public final Integer call() {
    String uri = common.workspace == null ? defaultWorkspace() : common.workspace;
    if (uri == null) {
      throw new UsageException(
          "Cannot run '" + spec.name() + "': no workspace is given. Add --workspace URI.");
    }
    if (common.runId != null) {
      Leaf.checkName("--run-id", common.runId);
    }
    json = common.json ? new JsonLines(System.out) : null;
    root = uri;
    Duration patience = common.patience();
    check();
    List<String> arguments =
        OptionDefaults.withVariables(
            spec.commandLine().getParseResult().originalArgs(), spec.name(), System.getenv());
    RunRecord record = new RunRecord(common.runId, spec.name(), recorded(arguments));
    LogFacts.run(record.id());
    runId = record.id();
    SparkVersion.check();
    ending = Ending.watch(console());
    SparkSession others = Sessions.running();
    ownSession = others == null;
    SparkSession spark = ownSession ? Sessions.start(spec.name()) : others;
    record.ranAs(spark.sparkContext().applicationId());
    LogFacts.application(spark.sparkContext().applicationId());
    try {
      Workspace workspace = Workspace.open(uri, spark.sparkContext().hadoopConfiguration());
      root = workspace.root().toString();
      if (!makesWorkspace()) {
        workspace.requirePresent(spec.name());
      }
      if (!changes()) {
        work(workspace, spark);
      } else {
        beforeLock(workspace);
        try (WorkspaceLock lock = WorkspaceLock.acquire(workspace, record.id(), patience)) {
          runRecorded(record, workspace, spark);
        }
      }
    } finally {
      if (ownSession) {
        spark.stop();
      }
    }
    if (json != null) {
      end(json, ExitCode.DONE);
    }
    return ExitCode.DONE;
  }

  private void work(Workspace workspace, SparkSession spark) {
    Console console = console();
    List<StageEvents> listeners = new ArrayList<>(List.of(console, ending));
    // A session has one source of metrics, which an earlier command in this JVM may have set.
    if (ownSession) {
      listeners.add(RunMetrics.register(spark.sparkContext()));
    }
    if (json != null) {
      listeners.add(json);
    }
    StageEvents events = StageEvents.all(listeners);
    events.started(spec.name());
    try (ExecutorWatch watch = ExecutorWatch.over(spark.sparkContext(), events::warned)) {
      execute(new StageContext(spark, workspace, common.seed, writeMode(), events));
      NextStep.after(done(), workspace)
          .ifPresent(next -> events.noted("Next        c2fpl " + next));
    } catch (Exception e) {
      if (Ending.meaning(e) != e) {
        // Files still to be written, for instance the record, must not be interrupted.
        Thread.interrupted();
        throw (RuntimeException) Ending.meaning(e);
      }
      // After that, the driver's next step fails with a misleading error.
      if (spark.sparkContext().isStopped() && Failures.meaning(e).isEmpty()) {
        throw LostInfrastructure.applicationEnded(e);
      }
      throw e;
    } finally {
      console.ended();
    }
  }

  private void runRecorded(RunRecord record, Workspace workspace, SparkSession spark) {
    Throwable failure = null;
    try {
      work(workspace, spark);
    } catch (Exception e) {
      // Checked ones, too: Scala throws SparkException without declaring it.
      failure = e;
      Optional<InfrastructureException> lost = workspace.lostLock(e);
      if (lost.isPresent()) {
        failure = lost.get();
        throw lost.get();
      }
      throw e;
    } catch (Error e) {
      failure = e;
      // Hadoop's local file system reports a full disk by an error, which no handler catches.
      throw Failures.meaning(e).orElseThrow(() -> e);
    } finally {
      record.end(workspace, failure);
    }
  }
}
