package org.c2fpl.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.c2fpl.demo.SyntheticFootage;
import org.c2fpl.demo.SyntheticFootageWriter;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.UsageException;
import org.c2fpl.formats.Utf8Text;
import org.c2fpl.stage.Words;
import org.c2fpl.workspace.LiteralPaths;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code c2fpl footage}. */
@Command(
    name = "footage",
    header = "Make the demo's synthetic footage in any size, as feature files with the truth.",
    description = {
      "Writes OUTPUT/train/*.npy, OUTPUT/test/*.npy and OUTPUT/annotations.csv. The same options"
          + " give the same files on any machine. Use it to try the method on more footage, with"
          + " other shares of anomalies, or with the lengths of a real data set."
    },
    footer = {
      "",
      "Example:",
      "  c2fpl footage --output F --train-videos 400 --anomalous-share 0.1",
      "  c2fpl run --workspace W --train F/train --test F/test --annotations F/annotations.csv"
    })
final class FootageCommand implements Callable<Integer> {
  @Option(names = "--output", required = true, paramLabel = "DIR", description = "Folder to fill.")
  String output;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Seed of scenes, videos and features (default: ${DEFAULT-VALUE}).")
  long seed;

  @Option(
      names = "--train-videos",
      paramLabel = "N",
      description = "Training videos (default: 160, or one for each of --lengths).")
  Integer trainVideos;

  @Option(
      names = "--test-videos",
      defaultValue = "80",
      paramLabel = "N",
      description = "Test videos, half of them anomalous (default: ${DEFAULT-VALUE}).")
  int testVideos;

  @Option(
      names = "--crops",
      defaultValue = "2",
      paramLabel = "N",
      description = "Crops of a segment (default: ${DEFAULT-VALUE}).")
  int crops;

  @Option(
      names = "--dim",
      defaultValue = "128",
      paramLabel = "N",
      description =
          "Components of a crop's feature vector, at least 32 (default: ${DEFAULT-VALUE}).")
  int dim;

  @Option(
      names = "--anomalous-share",
      defaultValue = "0.24",
      paramLabel = "SHARE",
      description = "Share of the training videos that are anomalous (default: ${DEFAULT-VALUE}).")
  double anomalousShare;

  @Option(
      names = "--lengths",
      paramLabel = "FILE",
      description =
          "Segments of the training videos, one number per line after a header line (default: 8 to"
              + " 120).")
  java.nio.file.Path lengths;

  @Option(
      names = {"-v", "--verbose"},
      description = "Print stack traces.")
  boolean verbose;

  @Mixin HelpOption help;

  @Override
  public Integer call() {
    List<Integer> lengthsOfVideos = lengths == null ? List.of() : lengths();
    int usual = lengthsOfVideos.isEmpty() ? 160 : lengthsOfVideos.size();
    SyntheticFootage footage;
    try {
      footage =
          new SyntheticFootage(
              seed,
              new SyntheticFootage.Size(
                  trainVideos == null ? usual : trainVideos, testVideos, crops, dim),
              new SyntheticFootage.TrainingDesign(anomalousShare, lengthsOfVideos));
    } catch (IllegalArgumentException e) {
      throw new UsageException("Cannot make footage: " + e.getMessage() + ". Change the options.");
    }
    try {
      new SyntheticFootageWriter(footage)
          .write(LiteralPaths.of("--output", output), new Configuration());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Console.standard()
        .noted(
            "footage   "
                + Words.count(footage.size().trainVideos(), "training video")
                + " and "
                + Words.count(testVideos, "test video")
                + " in "
                + output);
    return ExitCode.DONE;
  }

  private List<Integer> lengths() {
    try {
      List<String> lines =
          Utf8Text.read(
                  Files.newInputStream(lengths), "--lengths " + lengths, Utf8Text.LONGEST_LIST)
              .lines()
              .toList();
      List<Integer> found = new ArrayList<>();
      for (int i = 1; i < lines.size(); i++) {
        found.add(length(lines.get(i).strip(), i + 1));
      }
      if (found.isEmpty()) {
        throw new DataException(
            "Cannot read --lengths "
                + lengths
                + ": it has no number after its header line. Write one number per line.");
      }
      return found;
    } catch (IOException e) {
      throw new DataException(
          "Cannot read --lengths " + lengths + ": " + e + ". Check the path.", e);
    }
  }

  private int length(String line, int number) {
    try {
      int length = Integer.parseInt(line);
      if (length >= 1) {
        return length;
      }
    } catch (NumberFormatException e) {
      // Refused below, like numbers out of range.
    }
    throw new DataException(
        "Cannot read --lengths "
            + lengths
            + ": line "
            + number
            + " is '"
            + line
            + "'. Write one number of segments, at least 1, per line.");
  }
}
