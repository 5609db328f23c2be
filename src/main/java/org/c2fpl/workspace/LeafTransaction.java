package org.c2fpl.workspace;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.c2fpl.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * Leaves that are written together.
 *
 * <p>Everything is written under {@code _staging/<id>/}, each manifest last. Then {@code
 * commit.json} lists the moves and removals, and the folders are renamed into place. A crash before
 * {@code commit.json} leaves the workspace unchanged; after it, {@link #recover} finishes the
 * transaction at the next start. A replaced leaf stays until its successor is moved in.
 */
public final class LeafTransaction implements AutoCloseable {
  private static final String COMMIT = CommitRecord.FILE;

  private final Workspace workspace;
  private final @Nullable ManifestDraft draft;
  private final List<Leaf> leaves;
  private final boolean upToDate;
  private final boolean stale;
  private final List<Outdated> outdated;
  private final Path staging;
  private final Map<Leaf, Long> rows = new HashMap<>();
  private final Map<Leaf, ObjectNode> details = new HashMap<>();
  private final Map<Leaf, Manifest> given = new HashMap<>();
  private final List<String> others = new ArrayList<>();
  private final List<String> removed = new ArrayList<>();
  private boolean committed;

  private LeafTransaction(
      Workspace workspace,
      @Nullable ManifestDraft draft,
      List<Leaf> leaves,
      boolean upToDate,
      boolean stale,
      List<Outdated> outdated) {
    this.workspace = workspace;
    this.draft = draft;
    this.leaves = List.copyOf(leaves);
    this.upToDate = upToDate;
    this.stale = stale;
    this.outdated = List.copyOf(outdated);
    this.staging = workspace.path(Workspace.STAGING + "/" + UUID.randomUUID());
  }

  static LeafTransaction begin(
      Workspace workspace, ManifestDraft draft, WriteMode mode, List<Leaf> leaves) {
    boolean upToDate = mode != WriteMode.ERROR && mode != WriteMode.OVERWRITE;
    boolean stale = false;
    List<Outdated> outdated = new ArrayList<>();
    if (mode != WriteMode.OVERWRITE) {
      for (Leaf leaf : leaves) {
        Optional<Manifest> present = workspace.manifest(leaf);
        boolean same = present.isPresent() && draft.made(present.get());
        if (present.isPresent() && mode == WriteMode.ERROR) {
          throw new DataException(
              "Cannot write "
                  + leaf
                  + ": it already exists, made by '"
                  + present.get().command()
                  + "' at "
                  + present.get().ended()
                  + ". Use --write-mode overwrite to replace it or --write-mode skip to keep it.");
        }
        if (present.isPresent() && mode == WriteMode.SKIP && !same) {
          throw new DataException(
              "Cannot skip "
                  + leaf
                  + ": it already exists but was made from other inputs or parameters ("
                  + difference(present.get(), draft)
                  + "). Use --write-mode overwrite to replace it.");
        }
        if (present.isPresent() && mode == WriteMode.REFRESH && draft.outdated(present.get())) {
          outdated.add(new Outdated(leaf, present.get().madeBy()));
        }
        upToDate &= same || (present.isPresent() && mode == WriteMode.KEEP);
        stale |= !same;
      }
    }
    if (!upToDate) {
      draft.leaves(workspace).forEach(workspace::requireWhole);
    } else {
      leaves.forEach(workspace::requireWhole);
    }
    return new LeafTransaction(workspace, draft, leaves, upToDate, upToDate && stale, outdated);
  }

  /** For leaves whose manifests are given one by one; see {@link #manifest}. */
  static LeafTransaction rewrite(Workspace workspace, List<Leaf> leaves) {
    return new LeafTransaction(workspace, null, leaves, false, false, List.of());
  }

  /**
   * Whether all leaves exist and stay: made from the same inputs and parameters, or kept by {@link
   * WriteMode#KEEP}. Then write nothing.
   */
  public boolean upToDate() {
    return upToDate;
  }

  /** Whether leaves stay that were made from other inputs or parameters. */
  public boolean stale() {
    return stale;
  }

  /**
   * A leaf that is made again because another algorithm made it.
   *
   * @param made that algorithm
   */
  public record Outdated(Leaf leaf, int made) {}

  /**
   * The leaves that are made again because another algorithm made them; other reasons may apply,
   * too.
   */
  public List<Outdated> outdated() {
    return outdated;
  }

  /** The folder for the files of a leaf; it does not exist yet. */
  public Path staging(Leaf leaf) {
    return new Path(staging, checked(leaf).path());
  }

  /** Records how many rows were written to a leaf. */
  public void rows(Leaf leaf, long count) {
    rows.put(checked(leaf), count);
  }

  /** Sets the manifest of a rewritten leaf, instead of one from a draft. */
  public void manifest(Leaf leaf, Manifest manifest) {
    given.put(checked(leaf), manifest);
  }

  /**
   * The path for a file or folder that belongs to no leaf and appears together with the leaves.
   *
   * @param relative its path, relative to the workspace
   */
  public Path stagingBeside(String relative) {
    others.add(relative);
    return new Path(staging, relative);
  }

  /** Removes a file or folder when the leaves appear; its path is relative to the workspace. */
  public void remove(String relative) {
    removed.add(relative);
  }

  /** The details of the result in the leaf's manifest; fill them in before {@link #commit}. */
  public ObjectNode details(Leaf leaf) {
    return details.computeIfAbsent(checked(leaf), any -> Json.object());
  }

  /** Makes all leaves appear. */
  public void commit() {
    try {
      FileSystem fs = workspace.fileSystem();
      for (Leaf leaf : leaves) {
        fs.mkdirs(staging(leaf));
        Manifest listed = manifest(leaf).withFiles(LeafFiles.lengths(fs, staging(leaf)));
        write(new Path(staging(leaf), Manifest.FILE), Json.MAPPER.writeValueAsBytes(listed));
      }
      List<String> come = new ArrayList<>(leaves.stream().map(Leaf::path).toList());
      come.addAll(others);
      CommitRecord record = new CommitRecord(come, removed);
      // If there are only removals, nothing may have been staged.
      fs.mkdirs(staging);
      write(new Path(staging, "_" + COMMIT), record.toJson());
      workspace.requireLock();
      rename(fs, new Path(staging, "_" + COMMIT), new Path(staging, COMMIT));
      // From here on the record counts: the next command finishes what fails now.
      committed = true;
      moveIn(workspace, staging, record);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Manifest manifest(Leaf leaf) {
    if (given.containsKey(leaf)) {
      return given.get(leaf);
    }
    if (draft == null || !rows.containsKey(leaf)) {
      throw new IllegalStateException("no rows recorded for " + leaf);
    }
    return draft.manifest(leaf, rows.get(leaf), details(leaf));
  }

  /** Deletes the staged items, unless they were committed. */
  @Override
  public void close() {
    if (!committed) {
      try {
        dropStaging(workspace.fileSystem(), staging);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * Finishes or drops the remnants of a crashed run in the staging folder. Only for the owner of
   * the workspace's lock.
   */
  static void recover(Workspace workspace) {
    try {
      FileSystem fs = workspace.fileSystem();
      Path all = workspace.path(Workspace.STAGING);
      if (!fs.exists(all)) {
        return;
      }
      // All records are read before anything is moved.
      Map<Path, CommitRecord> records = new TreeMap<>();
      for (FileStatus status : fs.listStatus(all)) {
        Path record = new Path(status.getPath(), COMMIT);
        if (fs.exists(record)) {
          records.put(status.getPath(), CommitRecord.read(fs, record));
        }
      }
      for (Map.Entry<Path, CommitRecord> each : records.entrySet()) {
        moveIn(workspace, each.getKey(), each.getValue());
      }
      fs.delete(all, true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Renames every leaf that is still staged into place; may be repeated after a crash. */
  private static void moveIn(Workspace workspace, Path staging, CommitRecord record)
      throws IOException {
    FileSystem fs = workspace.fileSystem();
    for (String path : record.come()) {
      workspace.requireLock();
      Path from = new Path(staging, path);
      if (fs.exists(from)) {
        moveAway(workspace, staging, path);
        Path to = workspace.path(path);
        fs.mkdirs(to.getParent());
        rename(fs, from, to);
      }
    }
    for (String path : record.go()) {
      workspace.requireLock();
      moveAway(workspace, staging, path);
    }
    dropStaging(fs, staging);
  }

  private static void moveAway(Workspace workspace, Path staging, String path) throws IOException {
    FileSystem fs = workspace.fileSystem();
    Path there = workspace.path(path);
    if (fs.exists(there)) {
      Path replaced = new Path(staging, "_replaced/" + path);
      fs.mkdirs(replaced.getParent());
      rename(fs, there, replaced);
    }
  }

  private static void dropStaging(FileSystem fs, Path staging) throws IOException {
    fs.delete(staging, true);
    Path all = staging.getParent();
    if (fs.exists(all) && fs.listStatus(all).length == 0) {
      fs.delete(all, false);
    }
  }

  /** Names the first few parameters and inputs that differ. */
  private static String difference(Manifest present, ManifestDraft draft) {
    Manifest wanted = draft.asIn(present);
    List<String> differences = new ArrayList<>();
    addDifferences(
        differences, Map.of("algorithm", present.madeBy()), Map.of("algorithm", draft.algorithm()));
    addDifferences(differences, present.parameters(), wanted.parameters());
    if (!present.inputs().equals(wanted.inputs())) {
      List<String> inputs = new ArrayList<>();
      addDifferences(inputs, present.inputs(), wanted.inputs());
      differences.add(inputs.size() + " changed inputs");
    }
    return String.join(", ", differences.subList(0, Math.min(5, differences.size())));
  }

  private static void addDifferences(List<String> to, Map<String, ?> old, Map<String, ?> now) {
    Map<String, Object> all = new TreeMap<>(old);
    all.putAll(now);
    for (String name : all.keySet()) {
      if (!Objects.equals(old.get(name), now.get(name))) {
        to.add(name + " " + old.get(name) + " → " + now.get(name));
      }
    }
  }

  private Leaf checked(Leaf leaf) {
    if (!leaves.contains(leaf)) {
      throw new IllegalArgumentException(leaf + " is not part of this transaction");
    }
    return leaf;
  }

  private void write(Path file, byte[] content) throws IOException {
    WholeFile.write(workspace.fileSystem(), file, content);
  }

  private static void rename(FileSystem fs, Path from, Path to) throws IOException {
    if (!fs.rename(from, to)) {
      throw new IOException("cannot rename " + from + " to " + to);
    }
  }
}
