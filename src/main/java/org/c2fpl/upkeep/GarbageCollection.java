package org.c2fpl.upkeep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.c2fpl.detector.ModelStore;
import org.c2fpl.stage.StageEvents;
import org.c2fpl.stage.Words;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.LeafTransaction;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;

/**
 * Finds and removes unneeded data in one transaction: old model versions, scores of removed models,
 * remnants of crashed runs, records of old runs. Never the current model.
 */
public final class GarbageCollection {
  private static final String NAME = "gc";
  private static final String RUNS = "_runs";
  private static final String STAGING = "_staging";

  /** Files that {@link Workspace#writeAtomically} and {@code doctor} leave when they are killed. */
  private static final Pattern TEMPORARY =
      Pattern.compile("_(?!_lock).+\\.[0-9]{6,}|_doctor-[0-9]+(-renamed)?");

  /**
   * @param keepModels number of newest versions to keep, with or without the current one
   * @param olderThan age up to which models and records of runs are kept
   * @param scoredModels whether to remove versions that only scores refer to, with these scores
   */
  public record Options(int keepModels, Duration olderThan, boolean scoredModels) {}

  /**
   * An item that may be removed.
   *
   * @param path relative to the workspace
   */
  public record Item(String why, String path, long bytes) {
    /** Whether a crashed run had staged it; locking the workspace removes such items. */
    public boolean staged() {
      return path.equals(STAGING);
    }
  }

  private final Workspace workspace;
  private final ModelStore store;
  private final Options options;
  private final Instant now = Instant.now();
  private final List<Item> items = new ArrayList<>();

  private GarbageCollection(Workspace workspace, Options options) {
    this.workspace = workspace;
    this.store = new ModelStore(workspace);
    this.options = options;
  }

  /** Finds the items without removing them; call it before the workspace is locked. */
  public static List<Item> find(Workspace workspace, Options options) {
    try {
      return new GarbageCollection(workspace, options).find();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes the items; only for the owner of the workspace's lock. */
  public static void remove(Workspace workspace, List<Item> items, StageEvents events) {
    try (LeafTransaction transaction = workspace.rewrite(List.of())) {
      items.stream().filter(item -> !item.staged()).map(Item::path).forEach(transaction::remove);
      transaction.commit();
    }
    tell(items, "removed", events);
  }

  /** One line per item and a line for the total. */
  public static void tell(List<Item> items, String verb, StageEvents events) {
    for (Item item : items) {
      events.noted(
          String.format(
              Locale.ROOT,
              "%-9s %s %s (%s, %s)",
              NAME,
              verb,
              item.path(),
              item.why(),
              readable(item.bytes())));
    }
    events.noted(
        String.format(
            Locale.ROOT,
            "%-9s %s %s, %s",
            NAME,
            verb,
            Words.count(items.size(), "item"),
            readable(items.stream().mapToLong(Item::bytes).sum())));
  }

  private List<Item> find() throws IOException {
    Set<String> gone = models();
    orphans(gone);
    if (workspace.fileSystem().exists(workspace.path(STAGING))) {
      add("left by a crashed run", STAGING);
    }
    for (String folder : List.of("", RUNS)) {
      for (FileStatus file : list(folder)) {
        String name = file.getPath().getName();
        String path = folder.isEmpty() ? name : folder + "/" + name;
        if (TEMPORARY.matcher(name).matches() && file.isFile()) {
          add("left by a crashed run", path);
        } else if (folder.equals(RUNS)
            && name.endsWith(".json")
            && old(Instant.ofEpochMilli(file.getModificationTime()))) {
          add("record of an old run", path);
        }
      }
    }
    return List.copyOf(items);
  }

  /** Adds the versions to remove and returns their ids. */
  private Set<String> models() throws IOException {
    String current = store.current().orElse("");
    Set<String> scored = new HashSet<>();
    for (Leaf leaf : scores()) {
      model(leaf).ifPresent(scored::add);
    }
    Map<String, Instant> made = new HashMap<>();
    for (String id : store.ids()) {
      made.put(id, store.manifest(id).map(GarbageCollection::ended).orElse(Instant.EPOCH));
    }
    List<String> newestFirst = new ArrayList<>(made.keySet());
    newestFirst.sort(
        Comparator.comparing((String id) -> made.get(id))
            .reversed()
            .thenComparing(Comparator.naturalOrder()));
    Set<String> gone = new HashSet<>();
    for (int i = 0; i < newestFirst.size(); i++) {
      String id = newestFirst.get(i);
      boolean wanted =
          i < options.keepModels()
              || id.equals(current)
              || (scored.contains(id) && !options.scoredModels())
              || !old(made.get(id));
      if (!wanted) {
        gone.add(id);
        add("old model version", ModelStore.folder(id));
      }
    }
    for (String id : store.unfinished()) {
      add("unfinished model version", ModelStore.folder(id));
    }
    return gone;
  }

  private void orphans(Set<String> gone) throws IOException {
    Set<String> there = new HashSet<>(store.ids());
    there.removeAll(gone);
    for (Leaf leaf : scores()) {
      Optional<String> model = model(leaf);
      if (model.isPresent() && !there.contains(model.get())) {
        add("of model " + model.get() + ", which does not exist", leaf.path());
      }
    }
  }

  private List<Leaf> scores() {
    List<Leaf> leaves = new ArrayList<>(workspace.ownLeaves(Table.SEGMENT_SCORES));
    leaves.addAll(workspace.ownLeaves(Table.DETECTIONS));
    return leaves;
  }

  private Optional<String> model(Leaf leaf) {
    return workspace.manifest(leaf).map(manifest -> manifest.inputs().get("model"));
  }

  private static Instant ended(Manifest manifest) {
    try {
      return Instant.parse(manifest.ended());
    } catch (DateTimeParseException e) {
      return Instant.EPOCH;
    }
  }

  private boolean old(Instant made) {
    return !made.plus(options.olderThan()).isAfter(now);
  }

  private FileStatus[] list(String folder) throws IOException {
    FileSystem fs = workspace.fileSystem();
    Path path = folder.isEmpty() ? workspace.root() : workspace.path(folder);
    return fs.exists(path) ? fs.listStatus(path) : new FileStatus[0];
  }

  private void add(String why, String path) throws IOException {
    items.add(
        new Item(
            why, path, workspace.fileSystem().getContentSummary(workspace.path(path)).getLength()));
  }

  private static String readable(long bytes) {
    return bytes < 1_000_000
        ? String.format(Locale.ROOT, "%,d bytes", bytes)
        : String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6);
  }
}
