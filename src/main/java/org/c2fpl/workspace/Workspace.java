package org.c2fpl.workspace;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.DidYouMean;
import org.c2fpl.errors.FileFaults;
import org.c2fpl.errors.InfrastructureException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder on any Hadoop file system that holds the tables.
 *
 * <p>Only complete leaves are ever read: those with a readable manifest.
 */
public final class Workspace {
  static final String STAGING = "_staging";

  private static final Logger LOG = LoggerFactory.getLogger(Workspace.class);

  /** The suffix of temporary files that are renamed. */
  private static final String BESIDE = ".tmp";

  /** The folders and files of which a workspace has at least one. */
  private static final Set<String> OF_A_WORKSPACE =
      Stream.concat(
              Stream.of(STAGING, WorkspaceLock.RUNS), Stream.of(Table.values()).map(Table::folder))
          .collect(Collectors.toUnmodifiableSet());

  private final Path root;
  private final FileSystem fs;

  private final Set<Table> own;
  private final @Nullable Workspace below;

  /** The lock of this run, shared by the workspaces derived from one workspace. */
  private final AtomicReference<@Nullable WorkspaceLock> lock;

  /**
   * @param own the tables to look for under the root
   * @param below the workspace for all that is missing here; null for none
   */
  private Workspace(
      Path root,
      FileSystem fs,
      Set<Table> own,
      @Nullable Workspace below,
      AtomicReference<@Nullable WorkspaceLock> lock) {
    this.root = root;
    this.fs = fs;
    this.own = own;
    this.below = below;
    this.lock = lock;
  }

  /** Opens a workspace; the folder need not exist yet. */
  public static Workspace open(String uri, Configuration hadoop) {
    try {
      Path path = LiteralPaths.of("workspace", uri);
      FileSystem fs = path.getFileSystem(hadoop);
      Path root = fs.makeQualified(path);
      if (fs.exists(root) && !fs.getFileStatus(root).isDirectory()) {
        throw new DataException(
            "Cannot open workspace "
                + uri
                + ": it is a file. Give a folder, which is created if it does not exist.");
      }
      return new Workspace(root, fs, EnumSet.allOf(Table.class), null, new AtomicReference<>());
    } catch (IllegalArgumentException | IOException e) {
      throw FileFaults.explain(e, uri)
          .orElseGet(
              () ->
                  new DataException(
                      "Cannot open workspace "
                          + uri
                          + ": "
                          + FileFaults.reason(e)
                          + ". Give the URI of a folder, with a name that its file system allows,"
                          + " on a file system that Hadoop is set up for.",
                      e));
    }
  }

  /**
   * Refuses a folder that does not exist or has nothing of a workspace, and does not change it.
   *
   * @param command the command that needs the workspace
   */
  public void requirePresent(String command) {
    try {
      if (!isPresent(root)) {
        Path parent = root.getParent();
        List<String> others = new ArrayList<>();
        if (parent != null && fs.exists(parent)) {
          for (FileStatus status : fs.listStatus(parent)) {
            if (status.isDirectory()) {
              others.add(status.getPath().getName());
            }
          }
        }
        List<String> near = new ArrayList<>();
        for (String name : DidYouMean.near(root.getName(), others)) {
          if (isPresent(new Path(parent, name))) {
            near.add(new Path(parent, name).toString());
          }
        }
        throw new DataException(
            "Cannot run '"
                + command
                + "' on workspace "
                + root
                + ": "
                + (fs.exists(root) ? "the folder has no table" : "there is no such folder")
                + ". "
                + (near.isEmpty()
                    ? "Check --workspace; 'c2fpl ingest' and 'c2fpl run' make one."
                    : "Did you mean " + String.join(" or ", near) + "?"));
      }
    } catch (IOException e) {
      throw FileFaults.explain(e).orElseThrow(() -> new UncheckedIOException(e));
    }
  }

  private boolean isPresent(Path folder) throws IOException {
    if (!fs.exists(folder)) {
      return false;
    }
    for (FileStatus status : fs.listStatus(folder)) {
      if (OF_A_WORKSPACE.contains(status.getPath().getName())) {
        return true;
      }
    }
    return false;
  }

  /** A view of this workspace with only these tables. */
  public Workspace only(Set<Table> tables) {
    return new Workspace(root, fs, EnumSet.copyOf(tables), below, lock);
  }

  /**
   * A workspace over this one: it writes to its own folder and reads leaves that it lacks from this
   * one, so that a stage finds its inputs without a copy. Finishes or drops the remnants of a
   * crashed run in the folder; only for the owner of the lock of the workspace that contains it.
   *
   * @param folder relative to {@code holder}
   */
  public Workspace layer(Workspace holder, String folder) {
    Workspace layer =
        new Workspace(
            holder.path(folder), holder.fs, EnumSet.allOf(Table.class), this, holder.lock);
    LeafTransaction.recover(layer);
    return layer;
  }

  /** The layer with a folder that belongs to no table; this one if none has it. */
  public Workspace holding(String folder) {
    try {
      for (Workspace layer = this; layer != null; layer = layer.below) {
        boolean shown = layer.own.size() == Table.values().length;
        if (shown && fs.exists(layer.path(folder))) {
          return layer;
        }
      }
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path root() {
    return root;
  }

  public FileSystem fileSystem() {
    return fs;
  }

  /** The folder of a leaf: its present one, or the one to which it would be written. */
  public Path path(Leaf leaf) {
    if (below != null && ownManifest(leaf).isEmpty() && below.manifest(leaf).isPresent()) {
      return below.path(leaf);
    }
    return path(leaf.path());
  }

  public Path path(String relative) {
    return new Path(root, relative);
  }

  /** The manifest of a complete leaf; empty if the leaf is missing or incomplete. */
  public Optional<Manifest> manifest(Leaf leaf) {
    Optional<Manifest> manifest = ownManifest(leaf);
    return manifest.isPresent() || below == null ? manifest : below.manifest(leaf);
  }

  private Optional<Manifest> ownManifest(Leaf leaf) {
    if (!own.contains(leaf.table())) {
      return Optional.empty();
    }
    return LeafFiles.manifest(fs, path(leaf.path()));
  }

  /** The manifest of a leaf that a stage needs. */
  public Manifest require(Leaf leaf, String whatToDo) {
    return manifest(leaf).orElseThrow(() -> missing(leaf.path(), whatToDo));
  }

  /** The complete leaves of a table, in the order of their paths. */
  public List<Leaf> leaves(Table table) {
    if (below == null) {
      return ownLeaves(table);
    }
    TreeSet<Leaf> leaves = new TreeSet<>(below.leaves(table));
    leaves.addAll(ownLeaves(table));
    return new ArrayList<>(leaves);
  }

  /** The complete leaves of a table under the root, without those of layers below. */
  public List<Leaf> ownLeaves(Table table) {
    try {
      if (!table.batched()) {
        Leaf leaf = Leaf.of(table);
        return ownManifest(leaf).isPresent() ? List.of(leaf) : List.of();
      }
      TreeSet<Leaf> leaves = new TreeSet<>();
      for (FileStatus split : folders(new Path(root, table.folder()), "split=")) {
        for (FileStatus batch : folders(split.getPath(), "batch=")) {
          Leaf leaf = Leaf.of(table, value(split.getPath()), value(batch.getPath()));
          if (ownManifest(leaf).isPresent()) {
            leaves.add(leaf);
          }
        }
      }
      return new ArrayList<>(leaves);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The complete leaves of a split, in the order of their paths. */
  public List<Leaf> leaves(Table table, String split) {
    return leaves(table).stream().filter(leaf -> split.equals(leaf.split())).toList();
  }

  /** The complete leaves of a split, at least one. */
  public List<Leaf> requireLeaves(Table table, String split, String whatToDo) {
    List<Leaf> leaves = leaves(table, split);
    if (leaves.isEmpty()) {
      List<String> here = leaves(table).stream().map(Leaf::split).toList();
      throw missing(
          table.folder() + "/split=" + split, DidYouMean.among("Splits", split, here) + whatToDo);
    }
    return leaves;
  }

  /** The rows of a leaf. */
  public Dataset<Row> read(SparkSession spark, Leaf leaf) {
    return read(spark, List.of(leaf));
  }

  /**
   * The rows of leaves of one table.
   *
   * @throws DataException if a leaf has not exactly the files that were written to it
   */
  public Dataset<Row> read(SparkSession spark, List<Leaf> leaves) {
    return listed(leaves).read(spark, leaves.get(0).table().readSchema());
  }

  /** The rows of a leaf with its columns, without optional ones that it lacks. */
  public Dataset<Row> readAsWritten(SparkSession spark, Leaf leaf) {
    ListedFiles listed = listed(List.of(leaf));
    Dataset<Row> rows = listed.read(spark, leaf.table().readSchema());
    if (listed.files().isEmpty()) {
      return rows;
    }
    String[] columns =
        LiteralPaths.reader(spark).parquet(listed.files().get(0).getPath().toString()).columns();
    return rows.select(Arrays.stream(columns).map(functions::col).toArray(Column[]::new));
  }

  private ListedFiles listed(List<Leaf> leaves) {
    List<Path> folders = leaves.stream().map(this::path).toList();
    List<FileStatus> files = new ArrayList<>();
    folders.forEach(folder -> files.addAll(LeafFiles.of(fs, folder)));
    List<FileStatus> unguarded = files.stream().filter(this::hasNoChecksum).toList();
    Set<String> columns = Set.of(leaves.get(0).table().readSchema().fieldNames());
    for (FileStatus file : unguarded) {
      ParquetCheck.check(
          file,
          columns,
          fs.getConf(),
          file.getPath().toString(),
          "Restore it from a copy, or delete its folder and give the command again that made it");
    }
    return new ListedFiles(folders, files, !unguarded.isEmpty());
  }

  /**
   * Whether only Parquet can detect changed bytes of a file: on a local file system after a copy
   * without the hidden checksums. HDFS and object stores check themselves.
   */
  private boolean hasNoChecksum(FileStatus file) {
    try {
      return fs instanceof ChecksumFileSystem local
          && !fs.exists(local.getChecksumFile(file.getPath()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A file of a complete leaf that is not a Parquet table.
   *
   * @throws DataException if the leaf has not exactly the files that were written to it
   */
  public Path file(Leaf leaf, String name) {
    requireWhole(leaf);
    return new Path(path(leaf), name);
  }

  /** Refuses a complete leaf that does not have exactly the files that were written to it. */
  public void requireWhole(Leaf leaf) {
    LeafFiles.of(fs, path(leaf));
  }

  /** The message of {@link #requireWhole} for a damaged leaf; empty if it is intact. */
  public Optional<String> damage(Leaf leaf) {
    try {
      requireWhole(leaf);
      return Optional.empty();
    } catch (DataException e) {
      return Optional.of(Objects.requireNonNull(e.getMessage()));
    }
  }

  /** A JSON file that this program wrote next to the tables; empty if it does not exist. */
  public Optional<JsonNode> readJson(Path file) {
    try (InputStream in = fs.open(file)) {
      return Optional.of(Json.MAPPER.readTree(in));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (JsonProcessingException | ChecksumException e) {
      throw new DataException(
          "Cannot read "
              + file
              + ": it is damaged ("
              + FileFaults.reason(e)
              + "). Delete its folder, and give the command again that made it.",
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts to write leaves that belong together: all of them appear, or none. */
  public LeafTransaction begin(ManifestDraft draft, WriteMode mode, List<Leaf> leaves) {
    return LeafTransaction.begin(this, draft, mode, leaves);
  }

  /** Starts to rewrite or remove leaves; every leaf needs its own manifest. */
  public LeafTransaction rewrite(List<Leaf> leaves) {
    return LeafTransaction.rewrite(this, leaves);
  }

  /** Sets the lock that this run holds from now on; null for none. */
  void heldBy(@Nullable WorkspaceLock owned) {
    lock.set(owned);
  }

  /**
   * Must be called before anything is published: another run may have taken the lock over.
   *
   * @throws InfrastructureException if this run has lost its lock
   */
  public void requireLock() {
    try {
      WorkspaceLock ours = lock.get();
      Optional<InfrastructureException> lost = ours == null ? Optional.empty() : ours.lost(null);
      if (lost.isPresent()) {
        throw lost.get();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The meaning of a failure after this run lost its lock: the next owner drops staged items. */
  public Optional<InfrastructureException> lostLock(Throwable failure) {
    try {
      WorkspaceLock ours = lock.get();
      return ours == null ? Optional.empty() : ours.lost(failure);
    } catch (IOException | RuntimeException e) {
      LOG.warn("the lock cannot be read", e);
      return Optional.empty();
    }
  }

  /** Publishes a small file, which appears completely or not at all. */
  public void writeAtomically(Path file, byte[] content) {
    requireLock();
    writeUnguarded(file, content);
  }

  /** Publishes a file that only this run writes, such as its record, also without the lock. */
  public void writeUnguarded(Path file, byte[] content) {
    // One name, so that the next one replaces the remnant of a crash.
    Path beside = new Path(file.getParent(), "_" + file.getName() + BESIDE);
    try {
      fs.mkdirs(file.getParent());
      AtomicRename.write(fs, beside, file, out -> out.write(content));
    } catch (IOException e) {
      dropUnfinished(beside);
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private void dropUnfinished(Path file) {
    try {
      fs.delete(file, false);
    } catch (IOException e) {
      LOG.warn("cannot delete {}", file, e);
    }
  }

  /**
   * Deletes the remnants of a crash in {@link #writeAtomically} in a folder. Only for the owner of
   * the lock.
   */
  void dropUnfinishedIn(Path folder) throws IOException {
    if (!fs.exists(folder)) {
      return;
    }
    for (FileStatus status : fs.listStatus(folder)) {
      String name = status.getPath().getName();
      if (status.isFile() && name.startsWith("_") && name.endsWith(BESIDE)) {
        fs.delete(status.getPath(), false);
      }
    }
  }

  private List<FileStatus> folders(Path parent, String prefix) throws IOException {
    if (!fs.exists(parent)) {
      return List.of();
    }
    List<FileStatus> folders = new ArrayList<>();
    for (FileStatus status : fs.listStatus(parent)) {
      if (status.isDirectory() && status.getPath().getName().startsWith(prefix)) {
        folders.add(status);
      }
    }
    return folders;
  }

  private static String value(Path partitionFolder) {
    String name = partitionFolder.getName();
    return name.substring(name.indexOf('=') + 1);
  }

  private DataException missing(String what, String whatToDo) {
    return new DataException(
        "Cannot find " + what + " in workspace " + root + ": it does not exist yet. " + whatToDo);
  }
}
