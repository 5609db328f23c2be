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
 * The smallest part of a stage: leaves that appear together or not at all, everything on which
 * their rows depend, and the function that makes them.
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

  /** A unit with these leaves; messages name it by the first. */
  public static Unit writing(Leaf... leaves) {
    return new Unit(List.of(leaves));
  }

  /** A unit with these leaves. */
  public static Unit writing(List<Leaf> leaves) {
    return new Unit(List.copyOf(leaves));
  }

  /**
   * A unit that is stored outside tables.
   *
   * @param found returns {@code X is up to date} if the result of the draft exists; empty if it has
   *     to be made
   */
  public static Unit elsewhere(Function<ManifestDraft, Optional<String>> found) {
    Unit unit = new Unit(List.of());
    unit.found = found;
    return unit;
  }

  /** The parameters of the rows, by their stored names. */
  public Unit parameters(Map<String, ?> named) {
    parameters.putAll(named);
    return this;
  }

  /** Adds a parameter: a string, number, boolean, or a list or map of these. */
  public Unit parameter(String name, Object value) {
    parameters.put(name, value);
    return this;
  }

  /**
   * Adds input leaves.
   *
   * @param whatToDo the advice if one does not exist
   */
  public Unit inputs(Workspace workspace, Collection<Leaf> leaves, String whatToDo) {
    leaves.forEach(leaf -> input(leaf, workspace.require(leaf, whatToDo)));
    return this;
  }

  /** Adds an input leaf. */
  public Unit input(Leaf leaf, Manifest manifest) {
    return input(leaf.path(), manifest.fingerprint());
  }

  /** Adds an input that is not a leaf, for instance feature files. */
  public Unit input(String name, String fingerprint) {
    inputs.put(name, fingerprint);
    return this;
  }

  /** Sets the value of an input in manifests of format 1, if it differs. */
  public Unit inputOfFormat1(String name, String fingerprint) {
    inputsOfFormat1.put(name, fingerprint);
    return this;
  }

  /** Sets the seed to record instead of the context's. */
  public Unit seed(long other) {
    seed = other;
    return this;
  }

  /** Sets the mode for existing leaves instead of the context's. */
  public Unit mode(WriteMode other) {
    mode = other;
    return this;
  }

  /** Sets the number of segments to process, for the progress; 0 for no progress. */
  public Unit size(long segments) {
    size = segments;
    return this;
  }

  /** Suppresses the warning about kept leaves that were made from other inputs. */
  public Unit mayDiffer() {
    mayDiffer = true;
    return this;
  }

  /** Sets the name of the unit in messages instead of its first leaf. */
  public Unit called(String name) {
    called = name;
    return this;
  }

  /**
   * Sets the function that makes the unit.
   *
   * @param function writes every leaf; returns a summary for people
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

  /** Whether a unit {@link #elsewhere} exists. */
  Optional<String> found(ManifestDraft draft) {
    return found.apply(draft);
  }

  String make(StageOutputs out) {
    return make.apply(out);
  }
}
