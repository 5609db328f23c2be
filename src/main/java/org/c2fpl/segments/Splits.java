package org.c2fpl.segments;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.DidYouMean;
import org.c2fpl.stage.Words;
import org.c2fpl.workspace.Leaf;
import org.c2fpl.workspace.Manifest;
import org.c2fpl.workspace.Table;
import org.c2fpl.workspace.Workspace;

/** The shape of ingested footage, which all batches of a workspace share. */
public final class Splits {
  /**
   * Shape of the features: a segment has crops × dim float32 values and {@code framesPerSegment}
   * frames.
   */
  public record Shape(int crops, int dim, int framesPerSegment) {
    @Override
    public String toString() {
      return Words.count(crops, "crop") + " × " + dim;
    }
  }

  private Splits() {}

  /** The shape in the manifest of a {@code segments} leaf. */
  public static Shape shape(Manifest segments) {
    return new Shape(
        detail(segments, "crops"), detail(segments, "dim"), detail(segments, "frames_per_segment"));
  }

  private static int detail(Manifest segments, String name) {
    JsonNode value = segments.details().path(name);
    if (!value.isInt() || value.intValue() < 1) {
      throw new DataException(
          "Cannot read the manifest of "
              + segments.leaf()
              + ": its "
              + name
              + (value.isMissingNode() ? " is missing" : " is " + value)
              + ". Restore it from a copy, or ingest the batch again with --write-mode overwrite.");
    }
    return value.intValue();
  }

  /** The shape of any ingested footage of the workspace; empty if there is none. */
  public static Optional<Shape> shape(Workspace workspace) {
    List<Leaf> leaves = workspace.leaves(Table.SEGMENTS);
    return leaves.isEmpty()
        ? Optional.empty()
        : workspace.manifest(leaves.get(0)).map(Splits::shape);
  }

  /** The number of segments of some leaves. */
  public static long rows(Workspace workspace, List<Leaf> segments) {
    return segments.stream()
        .mapToLong(leaf -> workspace.require(leaf, "Ingest it again.").rows())
        .sum();
  }

  /**
   * Refuses a leaf if not all of its rows were read: its files are complete, but their content is
   * damaged.
   *
   * @param seen the leaf that was read for it
   */
  public static void requireAll(Leaf segments, Leaf seen, Workspace workspace, long read) {
    long rows = workspace.require(seen, "Ingest it again.").rows();
    if (read != rows) {
      throw new DataException(
          "Cannot use "
              + segments
              + ": "
              + seen
              + " holds "
              + read
              + " rows and its manifest says "
              + rows
              + ". Restore its folder from a copy, or make it again with --write-mode overwrite.");
    }
  }

  /** The ingested leaves of a split; refuses a split that was not ingested. */
  public static List<Leaf> segments(Workspace workspace, String split) {
    return workspace.requireLeaves(
        Table.SEGMENTS, split, "Run 'c2fpl ingest --split " + split + " --input ...' first.");
  }

  /**
   * The ingested leaves of some splits, or of all splits if none is named; at least one.
   *
   * @param batches keeps only these batches; empty keeps all
   * @throws DataException for a batch that none of the splits has
   */
  public static List<Leaf> segments(
      Workspace workspace, List<String> splits, List<String> batches) {
    List<Leaf> all = segments(workspace, splits);
    for (String batch : batches) {
      if (all.stream().noneMatch(leaf -> leaf.batch().equals(batch))) {
        throw new DataException(
            "Cannot find batch "
                + batch
                + " in workspace "
                + workspace.root()
                + ": "
                + (splits.isEmpty() ? "no split has it" : "it is not in " + splits)
                + ". "
                + DidYouMean.among("Batches", batch, all.stream().map(Leaf::batch).toList())
                + "Run 'c2fpl ingest --batch "
                + batch
                + " ...' first.");
      }
    }
    return batches.isEmpty()
        ? all
        : all.stream().filter(leaf -> batches.contains(leaf.batch())).toList();
  }

  /** The ingested leaves of some splits, or of all splits if none is named; at least one. */
  public static List<Leaf> segments(Workspace workspace, List<String> splits) {
    if (!splits.isEmpty()) {
      return splits.stream().flatMap(split -> segments(workspace, split).stream()).toList();
    }
    List<Leaf> all = workspace.leaves(Table.SEGMENTS);
    if (all.isEmpty()) {
      throw new DataException(
          "Cannot find footage in workspace "
              + workspace.root()
              + ": it has no segments. Run 'c2fpl ingest' first.");
    }
    return all;
  }

  /** Refuses batches of different shapes. */
  public static Shape sameShape(Workspace workspace, List<Leaf> segments) {
    Shape first = null;
    Leaf firstLeaf = null;
    for (Leaf leaf : segments) {
      Shape shape = shape(workspace.require(leaf, "Ingest it again."));
      if (first == null) {
        first = shape;
        firstLeaf = leaf;
      } else if (!first.equals(shape)) {
        throw new DataException(
            "Cannot use "
                + leaf
                + ": its features are "
                + shape
                + " with "
                + shape.framesPerSegment()
                + " frames per segment, those of "
                + firstLeaf
                + " are "
                + first
                + " with "
                + first.framesPerSegment()
                + ". Keep footage of different features in different workspaces.");
      }
    }
    return first;
  }
}
