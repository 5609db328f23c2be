package org.c2fpl.experiment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.c2fpl.report.page.StudyData;
import org.c2fpl.report.page.StudyPage;

/**
 * Makes the pages of existing results without a workspace: those of docs/results, which are not
 * committed because each contains the chart library.
 *
 * <pre>java … StudyPages conf/studies docs/results/shanghaitech target/study-pages</pre>
 */
final class StudyPages {
  private StudyPages() {}

  public static void main(String[] arguments) throws IOException {
    Path studies = Path.of(arguments[0]);
    Path to = Path.of(arguments[2]);
    List<Path> files;
    try (Stream<Path> found = Files.list(Path.of(arguments[1]))) {
      files = found.filter(file -> file.toString().endsWith(".csv")).sorted().toList();
    }
    List<StudyPage.Entry> entries = new ArrayList<>();
    for (Path csv : files) {
      String name = csv.getFileName().toString().replace(".csv", "");
      Study study = StudyFile.read(studies.resolve(name + ".yaml")).study();
      StudyData data =
          ResultsPlots.data(study, ResultsCsv.read(Files.readString(csv), csv.toString()));
      Files.createDirectories(to.resolve(name));
      Files.writeString(to.resolve(name).resolve("index.html"), StudyPage.html(data));
      entries.add(new StudyPage.Entry(name, data));
    }
    Files.writeString(to.resolve("index.html"), StudyPage.list(entries));
  }
}
