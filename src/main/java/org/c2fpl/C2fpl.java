package org.c2fpl;

import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.apache.hadoop.fs.Path;
import org.apache.spark.annotation.Evolving;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.c2fpl.annotate.AnnotateStage;
import org.c2fpl.coarse.CoarseStage;
import org.c2fpl.detector.ModelStore;
import org.c2fpl.errors.DataException;
import org.c2fpl.evaluate.EvaluateStage;
import org.c2fpl.fine.FineStage;
import org.c2fpl.ingest.IngestOptions;
import org.c2fpl.ingest.IngestStage;
import org.c2fpl.pipeline.Pipeline;
import org.c2fpl.report.ReportStage;
import org.c2fpl.score.ScoreStage;
import org.c2fpl.stage.Made;
import org.c2fpl.stage.Stage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageEvents;
import org.c2fpl.stage.StageRunner;
import org.c2fpl.stats.StatsStage;
import org.c2fpl.train.TrainStage;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;
import org.c2fpl.workspace.WorkspaceLock;
import org.c2fpl.workspace.WriteMode;

/**
 * The stages as a library, for a Java job or a notebook with its own Spark session.
 *
 * <pre>{@code
 * C2fpl c2fpl = C2fpl.on(spark, "hdfs:///c2fpl").seed(7);
 * c2fpl.stats(new StatsStage.Options(List.of(), true, "train"));
 * CoarseStage.Result labels = c2fpl.coarse(new CoarseStage.Options(1.0, "train"));
 * }</pre>
 *
 * <p>A stage keeps existing tables and makes them again only if its inputs or options have changed.
 * Each call holds the lock of the workspace; tables appear when they are complete. Options are
 * checked before any work. All methods throw {@link DataException} for data and options that do not
 * match, {@link org.c2fpl.errors.UsageException} for invalid options, and {@link
 * org.c2fpl.errors.InfrastructureException} for failures that a retry may cure.
 */
@Evolving
public final class C2fpl {
  private final SparkSession spark;
  private final Workspace workspace;
  private final long seed;
  private final WriteMode writeMode;
  private final StageEvents events;

  private C2fpl(
      SparkSession spark, Workspace workspace, long seed, WriteMode writeMode, StageEvents events) {
    this.spark = spark;
    this.workspace = workspace;
    this.seed = seed;
    this.writeMode = writeMode;
    this.events = events;
  }

  /**
   * Opens a workspace, with seed 0 and without a listener.
   *
   * @param workspace the URI of a folder on any Hadoop file system; created by the first write
   */
  public static C2fpl on(SparkSession spark, String workspace) {
    return new C2fpl(
        spark,
        Workspace.open(workspace, spark.sparkContext().hadoopConfiguration()),
        0,
        WriteMode.REFRESH,
        StageEvents.NONE);
  }

  /** Sets the seed of all random choices. */
  public C2fpl seed(long other) {
    return new C2fpl(spark, workspace, other, writeMode, events);
  }

  /** Sets what to do about existing tables; the default is {@link WriteMode#REFRESH}. */
  public C2fpl writeMode(WriteMode other) {
    return new C2fpl(spark, workspace, seed, other, events);
  }

  /** Sets a listener, which receives warnings, numbers and finished stages. */
  public C2fpl events(StageEvents other) {
    return new C2fpl(spark, workspace, seed, writeMode, other);
  }

  /** Reads feature files into the tables of a split and batch. */
  public IngestStage.Result ingest(IngestOptions options) {
    return locked(context -> IngestStage.run(context, options));
  }

  /** Reads ground truth for the evaluation. */
  public AnnotateStage.Result annotate(AnnotateStage.Options options) {
    return one(new AnnotateStage(), options);
  }

  /** Computes norms and statistics (Eqs. 1, 2); one result per batch. */
  public List<StatsStage.Result> stats(StatsStage.Options options) {
    return all(new StatsStage(), options);
  }

  /** Pseudo-labels videos (Alg. 1, lines 6–12). */
  public CoarseStage.Result coarse(CoarseStage.Options options) {
    return one(new CoarseStage(), options);
  }

  /** Pseudo-labels segments (Eqs. 3–5; Alg. 1, lines 13–22). */
  public FineStage.Result fine(FineStage.Options options) {
    return one(new FineStage(), options);
  }

  /** Trains the detector (Eq. 6) and makes it the current model; returns the model's id. */
  public String train(TrainStage.Options options) {
    return locked(
        context -> {
          StageRunner.run(context, new TrainStage(), options);
          return new ModelStore(workspace).requireCurrent();
        });
  }

  /** Scores segments with the current model and merges detections; one result per batch. */
  public List<ScoreStage.Result> score(ScoreStage.Options options) {
    return all(new ScoreStage(), options);
  }

  /** Compares scores with ground truth. */
  public EvaluateStage.Result evaluate(EvaluateStage.Options options) {
    return one(new EvaluateStage(), options);
  }

  /** Writes the report, without pictures; returns the path of the page. */
  public Path report() {
    one(new ReportStage(), 0);
    return new Path(workspace.path(Leaf.of(Table.REPORT)), "index.html");
  }

  /** Runs all stages that are not up to date. */
  public void run(Pipeline.Options options) {
    locked(
        context -> {
          Pipeline.run(context, options);
          return null;
        });
  }

  /**
   * The rows of a table, of all splits and batches.
   *
   * @throws DataException if it does not exist yet
   */
  public Dataset<Row> table(Table table) {
    List<Leaf> leaves = workspace.leaves(table);
    if (leaves.isEmpty() || table.schema().isEmpty()) {
      throw new DataException(
          "Cannot read table "
              + table.folder()
              + " of workspace "
              + workspace.root()
              + (leaves.isEmpty()
                  ? ": it does not exist yet. Run the stage that writes it first."
                  : ": it consists of files, not rows. Read them from its folder."));
    }
    return workspace.read(spark, leaves);
  }

  private <O, R> R one(Stage<O, R> stage, O options) {
    return all(stage, options).get(0);
  }

  private <O, R> List<R> all(Stage<O, R> stage, O options) {
    return locked(
        context -> StageRunner.run(context, stage, options).stream().map(Made::result).toList());
  }

  private <T> T locked(Function<StageContext, T> work) {
    try (WorkspaceLock lock = WorkspaceLock.acquire(workspace, "library-" + UUID.randomUUID())) {
      return work.apply(new StageContext(spark, workspace, seed, writeMode, events));
    }
  }
}
