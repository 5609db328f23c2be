package org.c2fpl.gpu;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.execution.InputAdapter;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.WholeStageCodegenExec;
import org.apache.spark.sql.execution.adaptive.AdaptiveSparkPlanExec;
import scala.collection.JavaConverters;

/** The operators of a query's plan, with Spark's names. */
public final class SparkOperators {
  private SparkOperators() {}

  /** The operators from the last to the first, indented by their nesting; runs nothing. */
  public static List<String> of(Dataset<?> query) {
    List<String> operators = new ArrayList<>();
    add(query.queryExecution().executedPlan(), 0, operators);
    return operators;
  }

  private static void add(SparkPlan plan, int depth, List<String> operators) {
    if (plan instanceof AdaptiveSparkPlanExec adaptive) {
      add(adaptive.initialPlan(), depth, operators);
      return;
    }
    // Neither computes anything: they wrap the operators of one generated loop.
    boolean wrapper = plan instanceof WholeStageCodegenExec || plan instanceof InputAdapter;
    if (!wrapper) {
      operators.add("  ".repeat(depth) + plan.nodeName().strip());
    }
    for (SparkPlan child : JavaConverters.seqAsJavaList(plan.children())) {
      add(child, wrapper ? depth : depth + 1, operators);
    }
  }
}
