package org.c2fpl.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.c2fpl.annotate.AnnotateStage;
import org.c2fpl.demo.SyntheticFootage;
import org.c2fpl.demo.SyntheticFootageWriter;
import org.c2fpl.errors.DataException;
import org.c2fpl.formats.annotations.AnnotationFormat;
import org.c2fpl.ingest.FeatureFormat;
import org.c2fpl.ingest.IngestOptions;
import org.c2fpl.ingest.IngestStage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageEvents;
import org.c2fpl.stage.StageRunner;
import org.c2fpl.workspace.Workspace;
import org.c2fpl.workspace.WriteMode;

/**
 * The queries of the stages, from a rehearsal on a little synthetic footage in a temporary folder.
 * Spark chooses joins by the sizes of tables, so they are those for small tables.
 */
public final class PlannedQueries {
  private static final int TRAIN_VIDEOS = 12;
  private static final int TEST_VIDEOS = 4;
  private static final int DIM = 32;

  /**
   * A part of a stage.
   *
   * @param what it computes
   * @param query its plan at the time when it was about to run; null if it is not a query of Spark
   *     SQL
   * @param note why it is not, or another remark; may be empty
   */
  public record Part(String what, Dataset<?> query, String note) {}

  /** A stage and its parts in order; of similar batches only the first. */
  public record OfStage(String name, List<Part> parts) {}

  private PlannedQueries() {}

  /**
   * Runs the stages of a variant of the method.
   *
   * @param crops of a segment of the footage
   * @throws DataException on a cluster, whose executors do not see the folder
   */
  public static List<OfStage> of(SparkSession spark, Pipeline.Method method, int crops) {
    if (!spark.sparkContext().isLocal()) {
      throw new DataException(
          "Cannot plan on a cluster: the stages are rehearsed in a folder of this machine. Leave"
              + " --master out.");
    }
    java.nio.file.Path folder = null;
    try {
      folder = Files.createTempDirectory("c2fpl-plan");
      return rehearse(spark, method, crops, new Path(folder.toUri()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      FileUtils.deleteQuietly(folder == null ? null : folder.toFile());
    }
  }

  private static List<OfStage> rehearse(
      SparkSession spark, Pipeline.Method method, int crops, Path folder) throws IOException {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    Path files = new Path(folder, "footage");
    new SyntheticFootageWriter(
            new SyntheticFootage(
                0, new SyntheticFootage.Size(TRAIN_VIDEOS, TEST_VIDEOS, crops, DIM)))
        .write(files, hadoop);
    Workspace workspace = Workspace.open(new Path(folder, "workspace").toString(), hadoop);
    StageContext silent = new StageContext(spark, workspace, 0, WriteMode.ERROR, StageEvents.NONE);
    ingest(silent, new Path(files, SyntheticFootage.TRAIN), method.coarse().trainSplit());
    ingest(silent, new Path(files, SyntheticFootage.TEST), method.evaluate().split());
    StageRunner.run(
        silent,
        new AnnotateStage(),
        new AnnotateStage.Options(
            AnnotationFormat.CSV,
            new Path(files, SyntheticFootageWriter.ANNOTATIONS).toString(),
            null,
            method.evaluate().split(),
            AnnotateStage.UnknownVideos.FAIL,
            null));
    List<OfStage> stages = new ArrayList<>();
    for (Stages.OfMethod<?> stage : Stages.METHOD) {
      Collector found = new Collector(new ArrayList<>());
      stage.run(new StageContext(spark, workspace, 0, WriteMode.ERROR, found), method.rehearsed());
      stages.add(new OfStage(stage.stage().name(), found.parts));
    }
    return stages;
  }

  private static void ingest(StageContext context, Path files, String split) {
    IngestOptions options =
        IngestOptions.builder(FeatureFormat.NPY, split, List.of(files.toString())).build();
    IngestStage.run(context, options);
  }

  private record Collector(List<Part> parts) implements StageEvents {
    @Override
    public boolean watchesQueries() {
      return true;
    }

    @Override
    public void query(String what, Supplier<Dataset<?>> query, String note) {
      if (isNew(what)) {
        // Planned at once: a later cache would change the plan.
        Dataset<?> planned = query.get();
        planned.queryExecution().executedPlan();
        parts.add(new Part(what, planned, note));
      }
    }

    @Override
    public void noQuery(String what, String why) {
      if (isNew(what)) {
        parts.add(new Part(what, null, why));
      }
    }

    /** Whether there is no part with this name or for the same table yet. */
    private boolean isNew(String what) {
      return parts.stream().noneMatch(part -> table(part.what()).equals(table(what)));
    }

    private static String table(String what) {
      return what.replaceFirst("/split=.*", "");
    }
  }
}
