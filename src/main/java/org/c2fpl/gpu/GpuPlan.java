package org.c2fpl.gpu;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The report of Spark-RAPIDS about a query: its operators from the last to the first, and below an
 * operator that stays on the CPU the expressions that keep it there.
 */
public record GpuPlan(List<Line> lines) {
  /** A line of the report: indent, mark, optionally a word, the name, and the verdict. */
  private static final Pattern LINE =
      Pattern.compile("^( *)([*!@#]) ?(\\w*) ?<(\\w+)> ?(.*)$", Pattern.DOTALL);

  private static final String REASON = "because ";
  private static final String UNKNOWN_OPERATOR = "does not currently support the operator";

  /**
   * An operator or an expression.
   *
   * @param depth of an operator: the number of operators after it; an expression is one deeper than
   *     its operator
   * @param operator false for an expression
   * @param onGpu whether it would run on the GPU
   * @param name its class in Spark
   * @param reason why it would not; empty if it would
   */
  public record Line(int depth, boolean operator, boolean onGpu, String name, String reason) {}

  public GpuPlan {
    lines = List.copyOf(lines);
  }

  /** Reads the report of {@code ExplainPlan} with {@code ALL}. */
  static GpuPlan parse(String report) {
    List<Line> lines = new ArrayList<>();
    // The indents of the operators around the current line.
    List<Integer> holders = new ArrayList<>();
    boolean expressionsMatter = false;
    for (String text : report.lines().toList()) {
      Matcher line = LINE.matcher(text);
      if (!line.matches()) {
        continue;
      }
      int indent = line.group(1).length();
      boolean onGpu = !line.group(2).equals("!");
      String name = line.group(4);
      String verdict = line.group(5);
      int because = verdict.indexOf(REASON);
      String reason =
          onGpu ? "" : because < 0 ? verdict : verdict.substring(because + REASON.length());
      if (name.endsWith("Exec")) {
        while (!holders.isEmpty() && holders.get(holders.size() - 1) >= indent) {
          holders.remove(holders.size() - 1);
        }
        lines.add(new Line(holders.size(), true, onGpu, name, reason));
        holders.add(indent);
        // If the operator itself is unsupported, its expressions are not the reason.
        expressionsMatter = !onGpu && !reason.contains(UNKNOWN_OPERATOR);
      } else if (expressionsMatter && !onGpu) {
        lines.add(new Line(holders.size(), false, false, name, reason));
      }
    }
    return new GpuPlan(lines);
  }

  /** The operators, from the last to the first. */
  public List<Line> operators() {
    return lines.stream().filter(Line::operator).toList();
  }

  /** Lines for people, indented by the nesting of the operators. */
  public List<String> text() {
    return lines.stream()
        .map(
            line ->
                (line.onGpu() ? "GPU  " : "CPU  ")
                    + "  ".repeat(line.depth())
                    + (line.operator() ? "" : "because of ")
                    + line.name()
                    + (line.reason().isEmpty() ? "" : ": " + line.reason()))
        .toList();
  }
}
