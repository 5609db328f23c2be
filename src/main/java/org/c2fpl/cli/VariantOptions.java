package org.c2fpl.cli;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.DidYouMean;
import org.c2fpl.errors.UsageException;
import org.c2fpl.experiment.Study;
import org.c2fpl.pipeline.Pipeline;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

/** The options of a study's variant, read and checked like those of {@code run}. */
@Command(name = "variant")
final class VariantOptions {
  private static final String PRESET = "preset";

  /** Ends a training early, so its result would depend on the speed of the machine. */
  private static final String MAX_TIME = "max-time";

  @Mixin MethodOptions method;

  private VariantOptions() {}

  /** The options that a variant sets, with its preset written out. */
  static Map<String, String> explicit(Study study, Study.Variant variant) {
    TreeMap<String, String> options = new TreeMap<>(variant.options());
    String preset = options.remove(PRESET);
    try {
      if (preset != null) {
        OptionFile.preset(preset).options().forEach(options::putIfAbsent);
      }
    } catch (UsageException e) {
      throw refused(study, variant, e.getMessage());
    }
    return options;
  }

  /**
   * The options of the stages for a variant.
   *
   * @param options as {@link #explicit} gives them
   * @throws DataException for an option that no stage has or a value that it does not accept
   */
  static Pipeline.Method method(
      Study study, Study.Variant variant, Map<String, String> options, long seed) {
    VariantOptions parsed = new VariantOptions();
    CommandLine commandLine = CommandLines.of(parsed);
    unknown(options.keySet())
        .ifPresent(
            found -> {
              throw refused(study, variant, found);
            });
    commandLine.setDefaultValueProvider(new OptionDefaults(options));
    try {
      commandLine.parseArgs();
      return parsed.method.options(study.trainSplit(), study.testSplit(), seed);
    } catch (UsageException e) {
      throw refused(study, variant, e.getMessage());
    } catch (ParameterException e) {
      throw refused(study, variant, e.getMessage() + ". Correct the study.");
    }
  }

  /** The message for an option that no stage has; empty if all are known. */
  static Optional<String> unknown(Collection<String> options) {
    Set<String> known =
        OptionDefaults.names(CommandLines.of(new VariantOptions()).getCommandSpec());
    known.remove(MAX_TIME);
    known.add(PRESET);
    return options.stream()
        .filter(name -> !known.contains(name))
        .findFirst()
        .map(
            name ->
                "no stage has an option '"
                    + name
                    + "'."
                    + DidYouMean.sentence(name, known)
                    + " Options are: "
                    + String.join(", ", known)
                    + ".");
  }

  private static DataException refused(Study study, Study.Variant variant, String found) {
    return new DataException(
        "Cannot run variant '" + variant.name() + "' of study '" + study.name() + "': " + found);
  }
}
