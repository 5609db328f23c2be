package org.c2fpl.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.c2fpl.detector.ModelStore;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.UsageException;
import org.c2fpl.method.statistics.NormKind;
import org.c2fpl.segments.SeenSegments;
import org.c2fpl.stage.StageContext;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;
import org.c2fpl.workspace.WriteMode;

/**
 * The options of {@code stats} as given; null was not given. Norms of later footage are comparable
 * only if they were computed alike, so then the options are those of the training split.
 */
public record StatsChoice(
    Boolean standardize, NormKind norm, List<Statistic> statistics, Integer fixedSegments) {

  /** The parameters in the manifest of {@code segment_norms}, and their defaults. */
  private static final Map<String, Object> DEFAULTS =
      Map.of(
          "standardize",
          false,
          "norm",
          NormKind.L2.toString(),
          "statistic",
          StatisticColumns.named(List.of()),
          SeenSegments.FIXED_SEGMENTS,
          0);

  /** These options, with defaults for those not given. */
  public StatsStage.Options orDefaults(List<String> splits, String trainSplit) {
    return options(DEFAULTS, splits, trainSplit);
  }

  /**
   * These options, with those of the training split for options not given, if its norms exist.
   *
   * @param batches of the splits, as for the splits; empty for all
   * @throws UsageException for an option that differs from the training split's, unless all norms
   *     of this split are computed again
   */
  public StatsStage.Options settled(
      StageContext context, List<String> splits, List<String> batches, String trainSplit) {
    Workspace workspace = context.workspace();
    String learned = learnedFrom(workspace, trainSplit);
    List<Leaf> norms = workspace.leaves(Table.SEGMENT_NORMS, learned);
    boolean computedAgain =
        Set.of(WriteMode.OVERWRITE, WriteMode.REFRESH).contains(context.writeMode())
            && norms.stream()
                .allMatch(
                    leaf ->
                        (splits.isEmpty() || splits.contains(learned))
                            && (batches.isEmpty() || batches.contains(leaf.batch())));
    Map<String, Object> given = given();
    Map<String, Object> recorded = new TreeMap<>();
    for (String name : DEFAULTS.keySet()) {
      if (given.containsKey(name) && computedAgain) {
        continue;
      }
      recorded(workspace, norms, name)
          .ifPresent(
              value -> {
                if (!given.getOrDefault(name, value).equals(value)) {
                  throw contradiction(name, given.get(name), value, learned);
                }
                recorded.put(name, value);
              });
    }
    List<String> taken = new ArrayList<>();
    recorded.forEach(
        (name, value) -> {
          if (!given.containsKey(name) && !value.equals(DEFAULTS.get(name))) {
            taken.add(asOption(name, value));
          }
        });
    if (!taken.isEmpty()) {
      context
          .events()
          .noted(
              String.format(
                  "%-9s as for split %s: %s", StatsStage.NAME, learned, String.join(" ", taken)));
    }
    Map<String, Object> all = new TreeMap<>(DEFAULTS);
    all.putAll(recorded);
    return options(all, splits, learned);
  }

  /** The training split of the current model, if the named split does not exist. */
  private static String learnedFrom(Workspace workspace, String trainSplit) {
    if (!workspace.leaves(Table.SEGMENTS, trainSplit).isEmpty()) {
      return trainSplit;
    }
    ModelStore models = new ModelStore(workspace);
    return models
        .current()
        .flatMap(models::manifest)
        .map(Manifest::parameters)
        .map(parameters -> parameters.get("split"))
        .map(Object::toString)
        .orElse(trainSplit);
  }

  private static Optional<Object> recorded(Workspace workspace, List<Leaf> norms, String name) {
    List<Object> values =
        norms.stream()
            .map(leaf -> workspace.require(leaf, "Run 'c2fpl stats' again."))
            .map(norm -> norm.parameters().getOrDefault(name, DEFAULTS.get(name)))
            .distinct()
            .toList();
    if (values.size() > 1) {
      throw new DataException(
          "Cannot take the options of split "
              + norms.get(0).split()
              + "'s norms: those of its batches were computed with different ones ("
              + values.stream()
                  .map(value -> asOption(name, value))
                  .collect(Collectors.joining(", "))
              + "). Compute all of them again by 'c2fpl stats --write-mode overwrite' with the"
              + " intended option.");
    }
    return values.stream().findFirst();
  }

  private Map<String, Object> given() {
    Map<String, Object> given = new TreeMap<>();
    if (standardize != null) {
      given.put("standardize", standardize);
    }
    if (norm != null) {
      given.put("norm", norm.toString());
    }
    if (statistics != null) {
      given.put("statistic", StatisticColumns.named(statistics));
    }
    if (fixedSegments != null) {
      given.put(SeenSegments.FIXED_SEGMENTS, fixedSegments);
    }
    return given;
  }

  private static UsageException contradiction(
      String name, Object given, Object recorded, String trainSplit) {
    return new UsageException(
        "Cannot use "
            + asOption(name, given)
            + ": the norms of split "
            + trainSplit
            + " were computed with "
            + asOption(name, recorded)
            + ", and norms that were computed differently are not comparable. Leave the option out"
            + " to use theirs; or compute all of them again by 'c2fpl stats "
            + asOption(name, given)
            + " --write-mode overwrite', and label, train and score again.");
  }

  /** The option as on the command line, or text if it is absent. */
  private static String asOption(String name, Object value) {
    return switch (name) {
      case "standardize" -> Boolean.TRUE.equals(value) ? "--standardize" : "--no-standardize";
      case SeenSegments.FIXED_SEGMENTS ->
          value.equals(0) ? "all segments" : "--fixed-segments " + value;
      case "statistic" -> value.equals("none") ? "no --statistic" : "--statistic " + value;
      default -> "--" + name + " " + value;
    };
  }

  /** These options over others, which are given as in a manifest. */
  private StatsStage.Options options(
      Map<String, Object> others, List<String> splits, String trainSplit) {
    Map<String, Object> all = new TreeMap<>(others);
    all.putAll(given());
    return new StatsStage.Options(
        splits,
        (Boolean) all.get("standardize"),
        named(NormKind.values(), all.get("norm").toString()),
        all.get("statistic").equals("none")
            ? List.of()
            : Arrays.stream(all.get("statistic").toString().split(",", -1))
                .map(each -> named(Statistic.values(), each))
                .toList(),
        ((Number) all.get(SeenSegments.FIXED_SEGMENTS)).intValue(),
        trainSplit);
  }

  private static <E extends Enum<E>> E named(E[] choices, String name) {
    return Arrays.stream(choices)
        .filter(choice -> choice.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new DataException(
                    "Cannot take the options of the training split's norms: '"
                        + name
                        + "' is unknown to this program. Use the program's version that"
                        + " computed them, or a newer one."));
  }
}
