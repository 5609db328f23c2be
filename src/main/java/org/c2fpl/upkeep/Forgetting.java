package org.c2fpl.upkeep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.regexp_replace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.c2fpl.detector.ModelStore;
import org.c2fpl.errors.DataException;
import org.c2fpl.ingest.IngestStage;
import org.c2fpl.report.page.ReportPage;
import org.c2fpl.stage.StageContext;
import org.c2fpl.stage.StageEvents;
import org.c2fpl.stage.StageOutputs;
import org.c2fpl.stage.Words;
import org.c2fpl.workspace.ForgottenVideos;
import org.c2fpl.workspace.Json;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.LeafTransaction;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.WholeFile;
import org.c2fpl.workspace.Workspace;

/**
 * Removes videos from a workspace in one transaction: their rows from every table; the evaluation,
 * the report and the results of studies that may name them; their names from the records of runs.
 *
 * <p>A leaf without the rows gets another fingerprint, so tables made from it are out of date and
 * the next {@code run} makes them again; only {@code ingest} still treats the same files as done.
 * Models are not changed.
 *
 * <p>Memory: the ids, and a small record per leaf; tasks rewrite the leaves.
 */
public final class Forgetting {
  private static final String NAME = "forget";
  private static final String ID = "video_id";

  /** The tables of one ingest, which change together. */
  private static final List<Table> INGESTED = List.of(Table.SEGMENTS, Table.VIDEOS, Table.REJECTED);

  private static final String STUDIES = "experiment/stages";
  private static final String RUNS = "_runs";

  private final StageContext context;
  private final Workspace workspace;
  private final SortedSet<String> ids;
  private final VideoMentions mentions;

  /** Rows to remove, by leaf and video; a leaf without such rows may still be rewritten. */
  private final SortedMap<Leaf, Map<String, Long>> rows = new TreeMap<>();

  private Forgetting(StageContext context, Collection<String> ids) {
    this.context = context;
    this.workspace = context.workspace();
    this.ids = new TreeSet<>(ids);
    this.mentions = new VideoMentions(this.ids);
  }

  /**
   * Forgets videos.
   *
   * @param ids at least one
   * @throws DataException for an id that no table has and that was not forgotten before; then
   *     nothing is changed
   */
  public static void run(StageContext context, Collection<String> ids) {
    new Forgetting(context, ids).run();
  }

  private void run() {
    Instant start = Instant.now();
    ForgottenVideos forgotten = ForgottenVideos.of(workspace);
    find();
    Set<String> found = new TreeSet<>();
    rows.values().forEach(counts -> found.addAll(counts.keySet()));
    for (String id : ids) {
      if (!found.contains(id) && !forgotten.contains(id)) {
        throw new DataException(
            "Cannot forget video '"
                + id
                + "': no table of workspace "
                + workspace.root()
                + " has it. "
                + KnownVideos.advice(context, id));
      }
    }
    if (found.isEmpty()) {
      context.events().skipped(NAME, Words.count(ids.size(), "video") + " forgotten before");
      return;
    }
    List<String> models = models();
    withWhatBelongsTogether();
    SortedSet<Leaf> emptied = emptied();
    List<Leaf> rewritten = rows.keySet().stream().filter(leaf -> !emptied.contains(leaf)).toList();
    SortedSet<String> removed = new TreeSet<>();
    emptied.forEach(leaf -> removed.add(leaf.path()));
    try (LeafTransaction transaction = workspace.rewrite(rewritten)) {
      for (Leaf leaf : rewritten) {
        rewrite(transaction, leaf, forgotten);
      }
      for (Table table : List.of(Table.EVALUATION, Table.REPORT)) {
        if (named(workspace.path(table.folder()))) {
          removed.add(table.folder());
        }
      }
      if (workspace.fileSystem().exists(workspace.path(STUDIES))) {
        removed.add(STUDIES);
      }
      removed.forEach(transaction::remove);
      scrubRuns(transaction);
      write(transaction.stagingBeside(ForgottenVideos.FILE), forgotten.with(found).toJson());
      transaction.commit();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    tell(Duration.between(start, Instant.now()), rewritten.size(), removed, models);
  }

  /** Counts the rows of the videos in every leaf. */
  private void find() {
    for (Table table : KnownVideos.tables()) {
      for (Leaf leaf : workspace.ownLeaves(table)) {
        Map<String, Long> counts = new TreeMap<>();
        for (Row row :
            workspace
                .read(context.spark(), leaf)
                .filter(theirs())
                .groupBy(ID)
                .agg(count(lit(1)))
                .collectAsList()) {
          counts.put(row.getString(0), row.getLong(1));
        }
        boolean named = table == Table.REJECTED && mentioned(leaf);
        if (!counts.isEmpty() || named) {
          rows.put(leaf, counts);
        }
      }
    }
  }

  private Column theirs() {
    return col(ID).isin(ids.toArray());
  }

  /** Whether the reasons for rejecting other videos mention these. */
  private boolean mentioned(Leaf rejected) {
    Column any = col("reason").rlike(mentions.word()).or(col("file").rlike(mentions.word()));
    return !workspace.read(context.spark(), rejected).filter(any).isEmpty();
  }

  /** The three leaves of an ingest share the origin in their manifests, so they change together. */
  private void withWhatBelongsTogether() {
    for (Leaf leaf : List.copyOf(rows.keySet())) {
      if (INGESTED.contains(leaf.table())) {
        for (Table other : INGESTED) {
          if (workspace.manifest(leaf.in(other)).isPresent()) {
            rows.putIfAbsent(leaf.in(other), Map.of());
          }
        }
      }
    }
  }

  /**
   * Leaves that become empty: all leaves of a batch without segments, else those of label tables.
   */
  private SortedSet<Leaf> emptied() {
    SortedSet<Leaf> emptied = new TreeSet<>();
    for (Leaf leaf : rows.keySet()) {
      boolean nothingLeft = left(leaf) == 0;
      if (!leaf.table().batched()) {
        if (nothingLeft) {
          emptied.add(leaf);
        }
      } else if (leaf.table() == Table.SEGMENTS && nothingLeft) {
        for (Table table : KnownVideos.tables()) {
          if (table.batched() && workspace.manifest(leaf.in(table)).isPresent()) {
            emptied.add(leaf.in(table));
          }
        }
      }
    }
    return emptied;
  }

  private long left(Leaf leaf) {
    return workspace.require(leaf, "").rows() - removedRows(leaf);
  }

  private long removedRows(Leaf leaf) {
    return rows.get(leaf).values().stream().mapToLong(Long::longValue).sum();
  }

  private void rewrite(LeafTransaction transaction, Leaf leaf, ForgottenVideos forgotten) {
    // With the columns of the files: a missing optional column stays missing.
    Dataset<Row> rest =
        workspace.readAsWritten(context.spark(), leaf).filter(col(ID).isNull().or(not(theirs())));
    if (leaf.table() == Table.SEGMENTS) {
      IngestStage.write(rest, transaction.staging(leaf));
    } else {
      StageOutputs.rewriting(context, transaction)
          .write(leaf.table() == Table.REJECTED ? scrubbed(rest) : rest, leaf);
    }
    Manifest manifest = workspace.require(leaf, "");
    ObjectNode details = manifest.details() == null ? Json.object() : manifest.details().deepCopy();
    if (leaf.table() == Table.SEGMENTS) {
      details.put("videos", details.path("videos").asLong() - rows.get(leaf).size());
      Leaf rejected = leaf.in(Table.REJECTED);
      if (rows.containsKey(rejected)) {
        details.put("rejected", left(rejected));
      }
    }
    transaction.manifest(
        leaf,
        manifest.without(
            together(leaf).stream().map(forgotten::hash).toList(), removedRows(leaf), details));
  }

  /** The videos of the leaf, or of the leaves that were made with it. */
  private Set<String> together(Leaf leaf) {
    Set<String> videos = new TreeSet<>(rows.get(leaf).keySet());
    if (INGESTED.contains(leaf.table())) {
      for (Table table : INGESTED) {
        videos.addAll(rows.getOrDefault(leaf.in(table), Map.of()).keySet());
      }
    }
    return videos;
  }

  private Dataset<Row> scrubbed(Dataset<Row> rejected) {
    Dataset<Row> scrubbed = rejected;
    for (String column : List.of("file", "reason")) {
      scrubbed =
          scrubbed.withColumn(
              column, regexp_replace(col(column), lit(mentions.word()), lit(VideoMentions.GONE)));
    }
    return scrubbed;
  }

  /** Whether a text file in a folder contains an id. */
  private boolean named(Path folder) throws IOException {
    FileSystem fs = workspace.fileSystem();
    SortedSet<String> writings = writings();
    if (!fs.exists(folder)) {
      return false;
    }
    for (FileStatus file : fs.listStatus(folder)) {
      if (!file.isFile()) {
        continue;
      }
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(fs.open(file.getPath()), StandardCharsets.UTF_8))) {
        if (lines.lines().anyMatch(line -> writings.stream().anyMatch(line::contains))) {
          return true;
        }
      }
    }
    return false;
  }

  /** The forms of the ids in text, CSV, JSON and HTML. */
  private SortedSet<String> writings() throws IOException {
    SortedSet<String> writings = new TreeSet<>();
    for (String id : ids) {
      String json = Json.MAPPER.writeValueAsString(id);
      writings.add(id);
      writings.add(json.substring(1, json.length() - 1));
      writings.add(id.replace("\"", "\"\""));
      writings.addAll(ReportPage.writings(id));
    }
    return writings;
  }

  /** Removes the names from the records of runs, whose arguments and messages may contain them. */
  private void scrubRuns(LeafTransaction transaction) throws IOException {
    FileSystem fs = workspace.fileSystem();
    Path runs = workspace.path(RUNS);
    if (!fs.exists(runs)) {
      return;
    }
    for (FileStatus file : fs.listStatus(runs)) {
      if (!file.isFile() || !file.getPath().getName().endsWith(".json")) {
        continue;
      }
      JsonNode json = workspace.readJson(file.getPath()).orElseThrow();
      JsonNode scrubbed = mentions.without(json);
      if (!scrubbed.equals(json)) {
        write(
            transaction.stagingBeside(RUNS + "/" + file.getPath().getName()),
            Json.MAPPER.writeValueAsBytes(scrubbed));
      }
    }
  }

  /** The notes about model versions that were trained on the videos' segments. */
  private List<String> models() {
    ModelStore store = new ModelStore(workspace);
    String current = store.current().orElse("");
    List<String> told = new ArrayList<>();
    for (String id : store.ids()) {
      Manifest model = store.manifest(id).orElse(null);
      boolean certain = model == null;
      boolean possible = model == null;
      for (Leaf leaf : rows.keySet()) {
        if (model != null && leaf.table() == Table.SEGMENTS && !rows.get(leaf).isEmpty()) {
          String input = model.inputs().get(leaf.path());
          Manifest now = workspace.require(leaf, "");
          certain |= now.fingerprint().equals(input) || now.fingerprintAsMade().equals(input);
          possible |= input != null;
        }
      }
      if (certain || possible) {
        told.add(
            "model "
                + id
                + (id.equals(current) ? ", the one in use, " : " ")
                + (certain && model != null
                    ? "was trained on "
                    : "may have been trained on an earlier state of ")
                + (ids.size() == 1 ? "it" : "some of them"));
      }
    }
    return told;
  }

  private void tell(Duration took, int leaves, Set<String> removed, List<String> models) {
    long count = rows.keySet().stream().mapToLong(this::removedRows).sum();
    StageEvents events = context.events();
    events.finished(
        NAME,
        took,
        Words.count(ids.size(), "video")
            + ": "
            + Words.count(count, "row")
            + " removed from the tables, "
            + leaves
            + " rewritten"
            + (removed.isEmpty() ? "" : "; removed " + String.join(", ", removed)));
    for (String model : models) {
      events.noted(NAME + "    " + model + "; models are not changed");
    }
    if (!models.isEmpty()) {
      events.noted(
          NAME
              + " to remove them, train again ('c2fpl run' does), then run 'c2fpl gc"
              + " --keep-models 1 --older-than 0 --scored-models'");
    }
    events.noted(
        NAME
            + " feature files, event logs and log files outside the workspace are not"
            + " touched");
  }

  private void write(Path file, byte[] content) throws IOException {
    WholeFile.write(workspace.fileSystem(), file, content);
  }

  /** The ids of a text file, one per line; empty lines are ignored. */
  public static List<String> list(String text) {
    return Arrays.stream(text.split("\\R", -1))
        .map(String::strip)
        .filter(s -> !s.isEmpty())
        .toList();
  }
}
