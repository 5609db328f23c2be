package org.c2fpl.cli;

import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.c2fpl.errors.DataException;
import org.c2fpl.gpu.Rapids;
import org.c2fpl.gpu.SparkOperators;
import org.c2fpl.pipeline.Pipeline;
import org.c2fpl.pipeline.StagePlans;
import org.c2fpl.stage.Console;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StagePart;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code c2fpl plan}. */
@Command(
    name = "plan",
    header = "Show what of each stage would run on a GPU, what stays on the CPU, and why.",
    description = {
      "Plans the queries of stats, coarse, fine, train, score and evaluate on the workspace as it"
          + " is, runs none of them and writes nothing. With the jar of Spark-RAPIDS on the class"
          + " path (--jars behind --), and neither a GPU nor its plugin, each operator is told to"
          + " be for the GPU or the CPU; without it, Spark's operators are shown alone. Options of"
          + " the method are those of run."
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

  private Console console;

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
              + ", which changes the plans before they can be looked at. Give plan the jar alone,"
              + " without conf/gpu.conf.");
    }
  }

  @Override
  void execute(StageContext context) {
    console = context.console();
    show(StagePlans.of(context, options()));
  }

  private Pipeline.Method options() {
    return method.options(trainSplit.trainSplit, split, common.seed);
  }

  private void show(List<StagePlans.Stage> stages) {
    boolean rapids = Rapids.jarPresent();
    if (!rapids) {
      console.warning(
          "the jar of Spark-RAPIDS is not on the class path, so nothing can be told about GPUs;"
              + " these are Spark's own operators. Add '-- --jars "
              + Rapids.JAR
              + "' (Maven: com.nvidia:rapids-4-spark_2.12:25.04.0)");
    }
    for (StagePlans.Stage stage : stages) {
      console.line(stage.name());
      if (stage.missing() != null) {
        console.line("  cannot be told yet: " + stage.missing());
      }
      stage.parts().forEach(part -> show(part, rapids));
      console.line("");
    }
  }

  private void show(StagePart part, boolean rapids) {
    console.line("  " + part.what());
    if (!part.note().isEmpty()) {
      console.line(INDENT + (part.query() == null ? "CPU  no query: " : "note: ") + part.note());
    }
    if (part.query() != null) {
      operators(part.query(), rapids).forEach(line -> console.line(INDENT + line));
    }
  }

  private static List<String> operators(Dataset<?> query, boolean rapids) {
    return rapids ? Rapids.explain(query).text() : SparkOperators.of(query);
  }
}
