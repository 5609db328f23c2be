package org.c2fpl.metrics;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.DoubleAdder;
import org.apache.spark.SparkContext;
import org.apache.spark.metrics.source.Source;
import org.c2fpl.stage.StageEvents;

/**
 * The source {@code c2fpl} of Spark's metrics system: Spark's sinks show it as {@code
 * <application>.driver.c2fpl.<name>}.
 *
 * <p>Counters {@code videos}, {@code segments}, {@code rejected}, {@code scored_segments}, {@code
 * detections}, {@code anomalous_videos}, {@code anomalous_segments}; gauges {@code training_epoch},
 * {@code training_loss}, {@code frame_auc}, {@code frame_ap}, NaN before the first value, and
 * {@code seconds.<stage>}, the sum over a stage's parts. Once they have a value, {@code
 * training_loss_millionths}, {@code frame_auc_millionths} and {@code frame_ap_millionths} give them
 * as whole numbers, because Spark's sinks for Graphite and StatsD write only two decimal places.
 *
 * <p>Spark's jobs get the stage as their group, so the web interface and the history server show
 * the stage of a job.
 */
public final class RunMetrics implements Source, StageEvents {
  private static final String NAME = "c2fpl";
  private static final Set<Figure> FRACTIONS =
      EnumSet.of(Figure.TRAINING_LOSS, Figure.FRAME_AUC, Figure.FRAME_AP);

  private final SparkContext spark;
  private final MetricRegistry registry = new MetricRegistry();
  private final Map<Figure, Counter> sums = new EnumMap<>(Figure.class);
  private final Map<Figure, Double> last = new ConcurrentHashMap<>();
  private final Map<String, DoubleAdder> seconds = new ConcurrentHashMap<>();

  private RunMetrics(SparkContext spark) {
    this.spark = spark;
    for (Figure figure : Figure.values()) {
      String name = name(figure);
      if (!figure.adds()) {
        Gauge<Double> gauge = () -> last.getOrDefault(figure, Double.NaN);
        registry.register(name, gauge);
      } else {
        sums.put(figure, registry.counter(name));
      }
    }
  }

  /** A source registered with the metrics system of a session. */
  public static RunMetrics register(SparkContext spark) {
    RunMetrics metrics = new RunMetrics(spark);
    spark.env().metricsSystem().registerSource(metrics);
    return metrics;
  }

  @Override
  public String sourceName() {
    return NAME;
  }

  @Override
  public MetricRegistry metricRegistry() {
    return registry;
  }

  @Override
  public void figure(Figure figure, double value) {
    if (figure.adds()) {
      sums.get(figure).inc((long) value);
      return;
    }
    last.put(figure, value);
    String wholeNumber = name(figure) + "_millionths";
    if (FRACTIONS.contains(figure)
        && Double.isFinite(value)
        && !registry.getMetrics().containsKey(wholeNumber)) {
      Gauge<Long> gauge = () -> Math.round(last.get(figure) * 1e6);
      registry.register(wholeNumber, gauge);
    }
  }

  @Override
  public void started(String stage) {
    LogFacts.stage(stage);
    // Without a description: Spark's default shows the line that started the job.
    spark.setJobGroup(stage, null, false);
  }

  @Override
  public void finished(String stage, Duration took, String summary) {
    seconds.computeIfAbsent(stage, this::registered).add(took.toMillis() / 1e3);
  }

  private static String name(Figure figure) {
    return figure.name().toLowerCase(Locale.ROOT);
  }

  private DoubleAdder registered(String stage) {
    DoubleAdder sum = new DoubleAdder();
    Gauge<Double> gauge = sum::sum;
    registry.register("seconds." + stage, gauge);
    return sum;
  }
}
