package org.c2fpl.cli;

import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.c2fpl.errors.DataException;
import org.c2fpl.gpu.Rapids;
import org.c2fpl.gpu.SparkOperators;
import org.c2fpl.pipeline.Pipeline;
import org.c2fpl.pipeline.PlannedQueries;
import org.c2fpl.segments.Splits;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageEvents;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code c2fpl plan}. */
@Command(
    name = "plan",
    header = "Show which parts of each stage would run on a GPU, which stay on the CPU, and why.",
    description = {
      "Runs stats, coarse, fine, train, score and evaluate on a little synthetic footage, in a"
          + " temporary folder, and shows their queries. The workspace is not changed. With the jar"
          + " of Spark-RAPIDS on the class path (--jars after --) each operator is marked for the"
          + " GPU or the CPU; this needs neither a GPU nor the plugin. Without the jar, only"
          + " Spark's operators are shown. The options of the method are those of run."
    },
    footer = {
      "",
      "Example:",
      "  c2fpl plan --workspace W -- --jars rapids-4-spark_2.12-25.04.0.jar"
    })
final class PlanCommand extends WorkspaceCommand {
  private static final String INDENT = "    ";

  @Option(
      names = "--split",
      defaultValue = "test",
      paramLabel = "NAME",
      description = "Split to score and evaluate (default: ${DEFAULT-VALUE}).")
  String split;

  @Mixin MethodOptions method;
  @Mixin TrainSplitOption trainSplit;

  private StageEvents events;

  @Override
  boolean changes() {
    return false;
  }

  @Override
  void check() {
    options();
    if (Rapids.pluginOn(new SparkConf())) {
      throw new DataException(
          "Cannot plan: spark.plugins names "
              + Rapids.PLUGIN
              + ", which changes the plans before they can be read. Give plan the jar alone,"
              + " without conf/gpu.conf.");
    }
  }

  @Override
  void execute(StageContext context) {
    events = context.events();
    Splits.segments(context.workspace(), List.of());
    int crops = Splits.shape(context.workspace()).orElseThrow().crops();
    show(PlannedQueries.of(context.spark(), options(), crops));
  }

  private Pipeline.Method options() {
    return method.options(trainSplit.trainSplit, split, common.seed);
  }

  private void show(List<PlannedQueries.OfStage> stages) {
    boolean rapids = Rapids.jarPresent();
    if (!rapids) {
      events.warned(
          "the jar of Spark-RAPIDS is not on the class path, so this shows no GPU,"
              + " only Spark's own operators. Add '-- --jars "
              + Rapids.JAR
              + "' (Maven: com.nvidia:rapids-4-spark_2.12:25.04.0)");
    }
    for (PlannedQueries.OfStage stage : stages) {
      events.noted(stage.name());
      stage.parts().forEach(part -> show(part, rapids));
      events.noted("");
    }
  }

  private void show(PlannedQueries.Part part, boolean rapids) {
    events.noted("  " + part.what());
    if (!part.note().isEmpty()) {
      events.noted(INDENT + (part.query() == null ? "CPU  no query: " : "note: ") + part.note());
    }
    if (part.query() != null) {
      operators(part.query(), rapids).forEach(line -> events.noted(INDENT + line));
    }
  }

  private static List<String> operators(Dataset<?> query, boolean rapids) {
    return rapids ? Rapids.explain(query).text() : SparkOperators.of(query);
  }
}
