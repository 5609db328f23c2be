package org.c2fpl.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.stream.Stream;

/** The start-up time of a command. */
final class StartupSection implements Section {
  private static final String NAME = "submit/c2fpl coarse";
  private static final String FIRST_JOB = "Starting job: ";

  @Override
  public String title() {
    return "start of a command";
  }

  @Override
  public Outcome run(Bench bench) throws IOException, InterruptedException {
    Path folder = Files.createDirectories(bench.folder("coarse"));
    Lines lines = new Lines();
    String videos = Integer.toString(StageSections.Coarse.WARM_UP_VIDEOS);
    bench.run(bench.ours("tables", 1, "video-stats", folder.toString(), videos), lines);
    Path log = bench.folder("startup.log");
    Contender command =
        bench
            .program(
                NAME,
                "coarse",
                "--workspace",
                folder.resolve(videos).toString(),
                "--write-mode",
                "overwrite")
            .with("C2FPL_LOG", log.toString());
    for (int repeat = 0; repeat < bench.options().repeats(); repeat++) {
      Files.deleteIfExists(log);
      Instant start = Instant.now();
      bench.run(command, lines);
      bench.keep(
          bench
              .line(NAME, "first job")
              .put("seconds", Duration.between(start, firstJob(log)).toMillis() / 1000.0),
          lines);
    }
    return new Outcome(
        "`submit/c2fpl coarse` on 200 videos, embedded: from the start of the launcher to Spark's"
            + " first job, by Spark's log, and to the end of the process.",
        List.of(
            new Comparison(
                "to the first job", "s", lines.figure(NAME, "first job", "seconds"), null, null),
            new Comparison(
                "whole process", "s", lines.figure(NAME, "process", "seconds"), null, null)),
        List.of());
  }

  private static Instant firstJob(Path log) throws IOException {
    try (Stream<String> lines = Files.lines(log)) {
      return lines
          .filter(line -> line.contains(FIRST_JOB))
          .map(line -> OffsetDateTime.parse(line.substring(0, line.indexOf(' '))).toInstant())
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("no '" + FIRST_JOB + "' in " + log));
    }
  }
}
