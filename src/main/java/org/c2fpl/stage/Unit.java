package org.c2fpl.stage;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.ManifestDraft;
import org.c2fpl.workspace.Workspace;
import org.c2fpl.workspace.WriteMode;

/**
 * What a stage makes in one go: leaves that appear together or not at all, everything that their
 * rows depend on, and the function that makes them.
 */
public final class Unit {
  private final List<Leaf> writes;
  private final SortedMap<String, Object> parameters = new TreeMap<>();
  private final SortedMap<String, String> inputs = new TreeMap<>();
  private final SortedMap<String, String> inputsOfFormat1 = new TreeMap<>();
  private Function<StageOutputs, String> make;
  private Function<ManifestDraft, Optional<String>> found;
  private Long seed;
  private WriteMode mode;
  private long size;
  private boolean mayDiffer;
  private String called;

  private Unit(List<Leaf> writes) {
    this.writes = writes;
    this.called = writes.isEmpty() ? "" : writes.get(0).toString();
  }

  /** The leaves; people know the unit by the first. */
  public static Unit writing(Leaf... leaves) {
    return new Unit(List.of(leaves));
  }

  /** The same. */
  public static Unit writing(List<Leaf> leaves) {
    return new Unit(List.copyOf(leaves));
  }

  /**
   * What is stored elsewhere than in a table.
   *
   * @param found says that it is there as the draft would make it, as {@code X is up to date};
   *     empty where it has to be made
   */
  public static Unit elsewhere(Function<ManifestDraft, Optional<String>> found) {
    Unit unit = new Unit(List.of());
    unit.found = found;
    return unit;
  }

  /** What the rows depend on besides inputs, by the names that are stored. */
  public Unit parameters(Map<String, ?> named) {
    parameters.putAll(named);
    return this;
  }

  /** One of these: a string, number, boolean, list or map of these. */
  public Unit parameter(String name, Object value) {
    parameters.put(name, value);
    return this;
  }

  /**
   * Leaves that are read.
   *
   * @param whatToDo where one is not there
   */
  public Unit inputs(Workspace workspace, Collection<Leaf> leaves, String whatToDo) {
    leaves.forEach(leaf -> input(leaf, workspace.require(leaf, whatToDo)));
    return this;
  }

  /** A leaf that is read. */
  public Unit input(Leaf leaf, Manifest manifest) {
    return input(leaf.path(), manifest.fingerprint());
  }

  /** An input that is no leaf, for instance feature files. */
  public Unit input(String name, String fingerprint) {
    inputs.put(name, fingerprint);
    return this;
  }

  /** What stands for an input in manifests of format 1, where that is something else. */
  public Unit inputOfFormat1(String name, String fingerprint) {
    inputsOfFormat1.put(name, fingerprint);
    return this;
  }

  /** A seed to record, in place of the context's. */
  public Unit seed(long other) {
    seed = other;
    return this;
  }

  /** What to do about leaves that are there, in place of the context's mode. */
  public Unit mode(WriteMode other) {
    mode = other;
    return this;
  }

  /** The segments that making it goes through, by which progress is shown; 0 for none. */
  public Unit size(long segments) {
    size = segments;
    return this;
  }

  /** Kept leaves that were made of something else are no surprise, or are named elsewhere. */
  public Unit mayDiffer() {
    mayDiffer = true;
    return this;
  }

  /** What people know the unit by, in place of its first leaf. */
  public Unit called(String name) {
    called = name;
    return this;
  }

  /**
   * How it is made.
   *
   * @param function writes every leaf; returns what was done, in words for people
   */
  public Unit made(Function<StageOutputs, String> function) {
    make = function;
    return this;
  }

  public List<Leaf> writes() {
    return writes;
  }

  /** The leaves among the inputs. */
  List<Leaf> read() {
    return inputs.keySet().stream().flatMap(input -> Leaf.parse(input).stream()).toList();
  }

  ManifestDraft draft(Stage<?, ?> stage, StageContext context) {
    ManifestDraft draft =
        ManifestDraft.of(stage.command(), stage.algorithm(), seed == null ? context.seed() : seed)
            .parameters(parameters);
    inputs.forEach(draft::input);
    inputsOfFormat1.forEach(draft::inputOfFormat1);
    return draft;
  }

  WriteMode mode(StageContext context) {
    return mode == null ? context.writeMode() : mode;
  }

  long size() {
    return size;
  }

  boolean differenceIsKnown() {
    return mayDiffer;
  }

  String called() {
    return called;
  }

  /** Whether it is there, of a unit {@link #elsewhere}. */
  Optional<String> found(ManifestDraft draft) {
    return found.apply(draft);
  }

  String make(StageOutputs out) {
    return make.apply(out);
  }
}
