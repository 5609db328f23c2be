package org.c2fpl.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.c2fpl.experiment.Result;
import org.c2fpl.experiment.ResultsCsv;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code docs/reproduction.md} matches the committed results; {@code -Dc2fpl.update=true} updates
 * it.
 */
class ReproductionDocTest {
  private static final Path DOCUMENT = Path.of("docs", "reproduction.md");
  private static final Path STUDIES = Path.of("conf", "studies");

  @TempDir Path folder;

  @Test
  void theDocumentIsUpToDate() throws IOException {
    ReproductionDoc doc = new ReproductionDoc(STUDIES, Path.of("docs", "results"));
    String generated = doc.text();
    if (Boolean.getBoolean("c2fpl.update")) {
      Files.writeString(DOCUMENT, generated);
    }
    assertThat(doc.unknownResults()).as("results of no study or footage of the document").isEmpty();
    assertThat(DOCUMENT)
        .as("stale: run mvn test -Dtest=ReproductionDocTest -Dc2fpl.update=true")
        .hasContent(generated);
  }

  @Test
  void resultsStandUnderTheirStudyAndFootage() throws IOException {
    Files.writeString(
        folder.resolve("eta.yaml"),
        """
        name: eta
        title: About η
        description: Two of them.
        seeds: [0, 1]
        variants:
          - {name: one, set: {eta: 1}, paper: 80.65, paper_on: UCF-Crime}
        """);
    Path results = folder.resolve("results");
    Files.createDirectories(results.resolve("ped2"));
    Files.writeString(
        results.resolve("ped2/eta.csv"),
        ResultsCsv.write(List.of(result(0, 0.25), result(1, 0.75))));
    Files.writeString(results.resolve("ped2/other.csv"), "");
    ReproductionDoc doc = new ReproductionDoc(folder, results);
    String text = doc.text();
    String section = text.substring(text.indexOf("## About η"));
    assertThat(section)
        .startsWith("## About η\n\nTwo of them.\n\n")
        .contains("--study conf/studies/eta.yaml")
        .contains("### " + ReproductionDoc.data().get("shanghaitech") + "\n\nNot run.\n")
        .contains("| one | 2 | 50.00 ± 35.36 | – | – | – | – | 80.65 (UCF-Crime) | 3.0 s |");
    assertThat(doc.unknownResults()).containsExactly(results.resolve("ped2/other.csv"));
  }

  private static Result result(long seed, double auc) {
    return new Result(
        "eta",
        "one",
        seed,
        "{}",
        "detector",
        null,
        null,
        null,
        auc,
        null,
        new TreeMap<>(),
        3.0,
        Result.DONE);
  }
}
