package org.c2fpl.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.fs.Path;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.Failures;
import org.c2fpl.errors.InfrastructureException;
import org.c2fpl.errors.UsageException;
import org.c2fpl.pipeline.Pipeline;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.Words;
import org.c2fpl.workspace.Json;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;

/**
 * Runs a study: every variant with every seed, several at a time, and shared stages once ({@link
 * Steps}).
 *
 * <p>Memory: the driver holds the state of a training for each parallel run, and the results.
 */
public final class Experiment {
  /** The driver's heap that a run may need: the detector, its updater and their averages. */
  private static final long HEAP_A_RUN = 1_500_000_000L;

  /**
   * A variant with one seed.
   *
   * @param options the options that the variant sets, by name
   * @param wanted false to keep the existing result
   */
  public record Run(
      Study.Variant variant,
      long seed,
      Map<String, String> options,
      Pipeline.Method method,
      boolean wanted) {
    String optionsJson() {
      ObjectNode json = Json.object();
      new TreeMap<>(options).forEach(json::put);
      return json.toString();
    }
  }

  private final StageContext context;
  private final StudyFile file;
  private final int parallel;

  /**
   * @param context on a locked workspace with footage and annotations
   * @param parallel number of parallel runs; null for as many as slots and heap allow
   */
  public Experiment(StageContext context, StudyFile file, Integer parallel) {
    this.context = context;
    this.file = file;
    this.parallel =
        parallel == null
            ? parallel(
                context.spark().sparkContext().defaultParallelism(),
                Runtime.getRuntime().maxMemory())
            : parallel;
  }

  /** One run per slot, and at most one for every 1.5 GB of heap; at least one. */
  static int parallel(int slots, long heap) {
    return (int) Math.max(1, Math.min(slots, heap / HEAP_A_RUN));
  }

  /**
   * Runs the remaining runs and writes the results.
   *
   * @throws DataException if runs failed for a reason other than a bug
   */
  public void run(List<Run> runs) {
    ResultsStore store = new ResultsStore(context, file);
    Steps steps = new Steps(context);
    long wanted = runs.stream().filter(Run::wanted).count();
    long earlier = steps.ofAnEarlierVersion();
    if (wanted > 0 && earlier > 0) {
      context
          .events()
          .noted(
              "again     what runs need: "
                  + Words.count(earlier, "result")
                  + " of stages are from an earlier version of this program, which recorded options"
                  + " differently (folders of "
                  + context.workspace().path(Steps.FOLDER_OF_STEPS)
                  + " with 12 digits at the end, which may be deleted)");
    }
    AtomicInteger ended = new AtomicInteger();
    List<Throwable> failures = new ArrayList<>();
    List<Result> results = new ArrayList<>();
    ExecutorService pool = Executors.newFixedThreadPool(parallel);
    try {
      List<Future<Result>> futures = new ArrayList<>();
      for (Run run : runs) {
        if (run.wanted()) {
          futures.add(pool.submit(() -> tell(one(steps, run), ended.incrementAndGet(), wanted)));
        }
      }
      int next = 0;
      for (Run run : runs) {
        if (!run.wanted()) {
          store.earlier(run).ifPresent(results::add);
          continue;
        }
        try {
          results.add(futures.get(next++).get());
        } catch (ExecutionException e) {
          failures.add(e.getCause());
          results.add(failed(run, e.getCause()));
          context
              .events()
              .noted(
                  String.format(
                      Locale.ROOT,
                      "run %d/%d %s: %s",
                      ended.incrementAndGet(),
                      wanted,
                      named(run),
                      results.get(results.size() - 1).status()));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while running the study", e);
    } finally {
      pool.shutdownNow();
    }
    store.write(results);
    context.events().noted("results   " + store.markdown());
    context.events().noted("plots     " + store.page());
    refuse(failures, wanted);
  }

  private Result one(Steps steps, Run run) {
    Steps.Done done = steps.evaluated(run);
    Path metrics = done.workspace().file(Leaf.of(Table.EVALUATION), "metrics.json");
    JsonNode json = done.workspace().readJson(metrics).orElseThrow();
    SortedMap<String, Double> yardsticks = new TreeMap<>();
    json.path("yardsticks")
        .fields()
        .forEachRemaining(
            each -> yardsticks.put(each.getKey(), figure(each.getValue().path("frame_auc"))));
    JsonNode scored = scored(json, run.variant().score());
    JsonNode labels = json.path("pseudo_labels");
    return new Result(
        file.study().name(),
        run.variant().name(),
        run.seed(),
        run.optionsJson(),
        run.variant().score(),
        figure(labels.path("coarse").path("accuracy")),
        figure(labels.path("fine").path("precision")),
        figure(labels.path("fine").path("recall")),
        figure(scored.path("frame_auc")),
        figure(scored.path("frame_ap")),
        yardsticks,
        done.seconds(),
        Result.DONE);
  }

  /** The figures of a score, of the detector or of a yardstick. */
  private static JsonNode scored(JsonNode metrics, String score) {
    if (score.equals(Study.DETECTOR)) {
      return metrics;
    }
    JsonNode yardsticks = metrics.path("yardsticks");
    JsonNode yardstick = yardsticks.path(score.replace('-', '_'));
    if (yardstick.isMissingNode()) {
      List<String> names = new ArrayList<>();
      yardsticks.fieldNames().forEachRemaining(name -> names.add(name.replace('_', '-')));
      throw new DataException(
          "Cannot use the score '"
              + score
              + "': the evaluation has no such yardstick. Scores are: "
              + Study.DETECTOR
              + ", "
              + String.join(", ", names)
              + ".");
    }
    return yardstick;
  }

  private static Double figure(JsonNode node) {
    return node.isNumber() ? node.doubleValue() : null;
  }

  private Result failed(Run run, Throwable failure) {
    Throwable cause = Failures.meaning(failure).map(Throwable.class::cast).orElse(failure);
    String message = cause.getMessage() == null ? cause.getClass().getName() : cause.getMessage();
    return new Result(
        file.study().name(),
        run.variant().name(),
        run.seed(),
        run.optionsJson(),
        run.variant().score(),
        null,
        null,
        null,
        null,
        null,
        new TreeMap<>(),
        null,
        "failed: " + message.replaceAll("\\s+", " "));
  }

  private Result tell(Result result, int ended, long wanted) {
    context
        .events()
        .noted(
            String.format(
                Locale.ROOT,
                "run %d/%d %s, seed %d: frame AUC %s (%.1f s)",
                ended,
                wanted,
                result.variant(),
                result.seed(),
                result.frameAuc() == null
                    ? "undefined"
                    : String.format(Locale.ROOT, "%.4f", result.frameAuc()),
                result.wallSeconds()));
    return result;
  }

  private static String named(Run run) {
    return run.variant().name() + ", seed " + run.seed();
  }

  private void refuse(List<Throwable> failures, long wanted) {
    if (failures.isEmpty()) {
      return;
    }
    for (Throwable failure : failures) {
      if (Failures.meaning(failure).isEmpty()) {
        throw new IllegalStateException(
            failures.size() + " of " + wanted + " runs failed, one of them by " + failure, failure);
      }
    }
    List<RuntimeException> meanings =
        failures.stream().map(failure -> Failures.meaning(failure).orElseThrow()).toList();
    // If one of them may succeed at the next try, the study may, too.
    Optional<RuntimeException> lost =
        meanings.stream().filter(InfrastructureException.class::isInstance).findFirst();
    RuntimeException first = lost.orElse(meanings.get(0));
    String study = file.study().name();
    String found =
        failures.size()
            + " of "
            + wanted
            + " runs failed, "
            + (lost.isPresent() ? "one of them: " : "the first: ");
    if (first instanceof UsageException) {
      found += "by its options: ";
    }
    String message = "Cannot finish study '" + study + "': " + found + first.getMessage();
    throw lost.isPresent()
        ? new InfrastructureException(message, first)
        : new DataException(message);
  }
}
