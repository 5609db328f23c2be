package org.c2fpl.docs;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.c2fpl.experiment.Result;
import org.c2fpl.experiment.ResultsCsv;
import org.c2fpl.experiment.ResultsMarkdown;
import org.c2fpl.experiment.Study;
import org.c2fpl.experiment.StudyFile;

/** Makes {@code docs/reproduction.md} from the studies and the results that are committed. */
final class ReproductionDoc {
  /** Footage by the folder of its results, in the order of the document. */
  private record Data(String folder, String title) {}

  private static final List<Data> DATA =
      List.of(
          new Data("shanghaitech", "ShanghaiTech Campus, features of person tracks"),
          new Data("ped2", "UCSD Ped2, 10 crops × 2048"),
          new Data("demo", "The demo's synthetic footage"),
          new Data("ucf-crime-lengths", "Synthetic footage with UCF-Crime's lengths"));

  /** The studies of the paper's tables and figures, then the other studies. */
  private static final List<String> STUDIES =
      List.of(
          "table3",
          "eta",
          "beta",
          "fixed-segments",
          "presets",
          "robust",
          "supervision",
          "statistics",
          "robust-ablation");

  private static final String HEAD =
      """
      # Reproduction

      Generated from the studies in `conf/studies` and the results in `docs/results`; do not edit. `mvn
      test -Dtest=ReproductionDocTest -Dc2fpl.update=true` updates it.

      **The paper's own figures cannot be checked here.** They are measured on I3D features of UCF-Crime
      and XD-Violence with ten crops (some 60 GB for UCF-Crime alone), which were not available here; features
      of other extractors give other figures, and so do other crops. What can be checked is the direction: whether a change
      that helps in the paper helps on available footage. The paper gives one figure per row, without
      seeds or intervals; ours are mean ± sample deviation over seeds.

      The footage:

      * *ShanghaiTech Campus*: 238 training videos (63 anomalous), 199 test videos; 97 numbers per segment,
        from tracks of persons. Real footage and real truth, but not I3D.
      * *UCSD Ped2*: 28 videos, the paper's tensor shape. Ten training videos are too few for any
        conclusion; a smoke test.
      * *The demo's synthetic footage* (`c2fpl footage`): 160 training videos, a quarter of them anomalous,
        and 80 test videos, 2 crops × 128. Its constants were chosen with the paper's method in view.
      * *Synthetic footage with UCF-Crime's lengths* (`c2fpl footage --lengths --anomalous-share 0.5
        --crops 1 --dim 64`): every eighth training video of UCF-Crime, 202 videos with 94,564 segments,
        the longest of 12,048; generated features. It shows that the method runs on such lengths, and
        nothing about real events.

      All studies use the same few options, which each table names: if the study is not
      about the training itself, 20 epochs with Nesterov's momentum replace the paper's 100 epochs of plain
      SGD. *Presets* has both.

      All figures below were measured before the output unit's bias started at the log-odds of the mean target
      ([method.md](method.md#detector-section-33)); [results.md](results.md#what-the-start-of-the-output-bias-changed)
      shows the effect.

      ## Tables 1 and 2: frame AUC on UCF-Crime and XD-Violence

      The paper: 80.65 % on UCF-Crime and 80.09 % on XD-Violence without labels, 85.5 % and 90.4 % with
      true video labels. With the features: `c2fpl run --train … --test … --annotations …`, and
      `supervision: weak` for the labels. Not run, because the features are missing.

      ## Table 4: trainable parameters

      The paper: 2.13 million. Ours: 2,131,041 at 2,048 features per crop (see `detector.json` of
      any model). The supplement with the layers is not public; the count agrees with two hidden layers of 512
      and 32 units, each with an attention layer on its own inputs.

      ## Figures 3 and 4: p-values and scores of single videos

      Examples from UCF-Crime, without figures. `c2fpl report` shows the run's own; the tables
      `fine_labels` and `segment_scores` hold every p-value and score.

      ## Section 4.5: time

      The paper: 0.6 s for the pseudo-labels and 60 s an epoch on an RTX A6000. `results.csv` has the time
      of every run below, on the machine that [results.md](results.md) names.
      """;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path studies;
  private final Path results;

  /**
   * @param studies the folder of the studies
   * @param results contains {@code <data>/<study>.csv}; a study without a file was not run
   */
  ReproductionDoc(Path studies, Path results) {
    this.studies = studies;
    this.results = results;
  }

  String text() throws IOException {
    StringBuilder page = new StringBuilder(HEAD);
    for (String name : STUDIES) {
      Path file = studies.resolve(name + ".yaml");
      if (Files.exists(file)) {
        section(StudyFile.read(file).study(), page);
      }
    }
    return page.toString();
  }

  /** Result files that no section of the document shows. */
  List<Path> unknownResults() throws IOException {
    if (!Files.exists(results)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(results)) {
      return files
          .filter(Files::isRegularFile)
          .filter(
              file ->
                  STUDIES.stream().noneMatch(study -> file.equals(comment(study)))
                      && DATA.stream()
                          .noneMatch(
                              data ->
                                  STUDIES.stream()
                                      .anyMatch(study -> file.equals(csv(data, study)))))
          .sorted()
          .toList();
    }
  }

  private void section(Study study, StringBuilder page) throws IOException {
    page.append("\n## ").append(study.title()).append("\n\n");
    page.append(study.description()).append("\n\n");
    page.append("    submit/c2fpl experiment --workspace W --study conf/studies/")
        .append(study.name())
        .append(".yaml\n");
    for (Data data : DATA) {
      page.append("\n### ").append(data.title()).append("\n\n");
      Path csv = csv(data, study.name());
      if (Files.exists(csv)) {
        List<Result> found = ResultsCsv.read(Files.readString(csv, UTF_8), csv.toString());
        settings(study, found).ifPresent(page::append);
        page.append(ResultsMarkdown.table(study, found));
      } else {
        page.append("Not run.\n");
      }
    }
    Path comment = comment(study.name());
    if (Files.exists(comment)) {
      page.append("\n### What it says\n\n").append(Files.readString(comment, UTF_8));
    }
  }

  /** The options that every row has in addition to those of the study, as they were given. */
  private static Optional<String> settings(Study study, List<Result> results) throws IOException {
    TreeMap<String, String> common = null;
    for (Result result : results) {
      Study.Variant variant =
          study.variants().stream()
              .filter(each -> each.name().equals(result.variant()))
              .findFirst()
              .orElse(null);
      // The results have the options of a preset written out.
      if (variant != null && !variant.options().containsKey("preset")) {
        TreeMap<String, String> own = JSON.readValue(result.options(), new TypeReference<>() {});
        own.keySet().removeAll(variant.options().keySet());
        if (common == null) {
          common = own;
        }
        common.entrySet().retainAll(own.entrySet());
      }
    }
    if (common == null || common.isEmpty()) {
      return Optional.empty();
    }
    StringJoiner options = new StringJoiner(" ", "With `", "`.\n\n");
    common.forEach((name, value) -> options.add("--set " + name + "=" + value));
    return Optional.of(options.toString());
  }

  private Path comment(String study) {
    return results.resolve(study + ".md");
  }

  private Path csv(Data data, String study) {
    return results.resolve(data.folder()).resolve(study + ".csv");
  }

  /** For tests: the folders and titles of the footage. */
  static Map<String, String> data() {
    Map<String, String> titles = new java.util.LinkedHashMap<>();
    DATA.forEach(data -> titles.put(data.folder(), data.title()));
    return titles;
  }
}
