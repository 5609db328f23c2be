package org.c2fpl.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.c2fpl.errors.Bounds;
import org.c2fpl.errors.DidYouMean;
import org.c2fpl.errors.UsageException;
import org.c2fpl.experiment.Experiment;
import org.c2fpl.experiment.Study;
import org.c2fpl.experiment.StudyFile;
import org.c2fpl.stage.StageContext;
import org.c2fpl.workspace.WriteMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code c2fpl experiment}. */
@Command(
    name = "experiment",
    header = "Run a study: variants of the method on one workspace, each with several seeds.",
    description = {
      "Reads segments and annotations; writes experiment. Stages that variants share are computed"
          + " once, and finished work is kept: after a kill, the same command continues. A"
          + " variant that fails does not stop the others. Options of the method are given in the"
          + " study only; --seed is not used."
    },
    footer = {"", "Example:", "  c2fpl experiment --workspace W --study conf/studies/table3.yaml"})
final class ExperimentCommand extends WorkspaceCommand {
  @Option(
      names = "--study",
      required = true,
      paramLabel = "FILE",
      description = "The study, a YAML file; docs/experiments.md lists its keys.")
  Path study;

  @Option(
      names = "--parallel",
      paramLabel = "N",
      description =
          "Number of parallel runs (default: one for each slot, and at most one for every 1.5 GB of"
              + " the driver's heap).")
  Integer parallel;

  @Option(
      names = "--only",
      paramLabel = "NAME",
      description =
          "Run this variant only; may be repeated. The others' results are kept as they are.")
  List<String> only = List.of();

  @Option(
      names = "--set",
      paramLabel = "OPTION=VALUE",
      description =
          "Value of an option for every variant that does not set it itself, for instance"
              + " standardize=true for features that need it; may be repeated.")
  Map<String, String> set = Map.of();

  @Option(
      names = "--seeds",
      split = ",",
      paramLabel = "SEED",
      description =
          "Run only these seeds of the study, for instance 0,1; results of the others are kept.")
  List<Long> seeds = List.of();

  @Override
  void check() {
    if (parallel != null) {
      Bounds.require("--parallel", parallel, "[1, ∞)", "Give such a number, or leave it out.");
    }
    VariantOptions.unknown(set.keySet())
        .ifPresent(
            found -> {
              throw new UsageException("Cannot use --set: " + found);
            });
    runs(StudyFile.read(study, set), only, seeds);
  }

  @Override
  WriteMode writeMode() {
    return common.writeMode == WriteMode.OVERWRITE ? WriteMode.OVERWRITE : WriteMode.REFRESH;
  }

  @Override
  void execute(StageContext context) {
    StudyFile file = StudyFile.read(study, set);
    new Experiment(context, file, parallel).run(runs(file, only, seeds));
  }

  /**
   * Every variant with every seed, in the study's order.
   *
   * @param only the variants to run; none for all of them
   * @param seeds the seeds to run; none for all of them
   */
  static List<Experiment.Run> runs(StudyFile file, List<String> only, List<Long> seeds) {
    Study content = file.study();
    if (!content.seeds().containsAll(seeds)) {
      throw new UsageException(
          "Cannot use --seeds "
              + seeds
              + ": the seeds of study '"
              + content.name()
              + "' are "
              + content.seeds()
              + ". Choose from them, or change the study.");
    }
    List<String> names = content.variants().stream().map(Study.Variant::name).toList();
    for (String name : only) {
      if (!names.contains(name)) {
        throw new UsageException(
            "Cannot use --only "
                + name
                + ": study '"
                + content.name()
                + "' has no such variant."
                + DidYouMean.sentence(name, names)
                + " Its variants are: "
                + String.join(", ", names)
                + ".");
      }
    }
    List<Experiment.Run> runs = new ArrayList<>();
    for (Study.Variant variant : content.variants()) {
      Map<String, String> options = VariantOptions.explicit(content, variant);
      for (long seed : content.seeds()) {
        Experiment.Run run =
            new Experiment.Run(
                variant,
                seed,
                options,
                VariantOptions.method(content, variant, options, seed),
                (only.isEmpty() || only.contains(variant.name()))
                    && (seeds.isEmpty() || seeds.contains(seed)));
        runs.add(run);
      }
    }
    return runs;
  }
}
