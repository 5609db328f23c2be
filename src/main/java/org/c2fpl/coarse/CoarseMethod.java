package org.c2fpl.coarse;

import java.util.Map;
import java.util.TreeMap;
import org.c2fpl.errors.Bounds;
import org.c2fpl.errors.UsageException;
import org.c2fpl.workspace.StoredOptions;

/**
 * How videos are labelled.
 *
 * @param knownShare the share of the known labels that is used, with {@link Supervision#PARTIAL}
 * @param beta β: the share of a video that its most surprising window covers, with {@link
 *     Clustering#RANKED}
 */
public record CoarseMethod(
    Clustering clustering, Eta eta, Supervision supervision, double knownShare, double beta)
    implements StoredOptions {

  private static final double PAPER_BETA = 0.2;

  /**
   * @throws UsageException if the choices contradict each other
   */
  public CoarseMethod {
    if (eta.isAuto() && clustering != Clustering.RANKED) {
      throw new UsageException(
          "Cannot use --eta auto with --clustering "
              + clustering
              + ": only ranks give a ratio. Give a number, or use --clustering ranked.");
    }
    if (supervision == Supervision.PARTIAL && clustering == Clustering.PUBLISHED_CODE) {
      throw new UsageException(
          "Cannot use --supervision partial with --clustering published-code: the published code"
              + " uses no labels. Use --clustering divisive or ranked.");
    }
    Bounds.require("--beta", beta, "(0, 1)", "The paper's is 0.2.");
    Bounds.require("--known-share", knownShare, "[0, 1]");
    if (clustering != Clustering.RANKED) {
      // It has no effect then, so methods that differ only in it are equal.
      beta = PAPER_BETA;
    }
  }

  /** The paper's method. */
  public static CoarseMethod paper(double eta) {
    return new CoarseMethod(
        Clustering.DIVISIVE, new Eta(eta), Supervision.UNSUPERVISED, 1, PAPER_BETA);
  }

  /** Whether videos are labelled by rank, which reads their surprises. */
  public boolean readsSurprises() {
    return clustering == Clustering.RANKED
        && (supervision == Supervision.UNSUPERVISED || supervision == Supervision.PARTIAL);
  }

  @Override
  public Map<String, Object> stored() {
    Map<String, Object> stored = new TreeMap<>();
    stored.put("clustering", clustering.toString());
    stored.put("eta", eta.parameter());
    stored.put("supervision", supervision.toString());
    if (draws()) {
      stored.put("known_share", knownShare);
    }
    if (readsSurprises()) {
      stored.put("beta", beta);
    }
    return stored;
  }

  /** Whether the labels depend on the seed. */
  public boolean draws() {
    return supervision == Supervision.RANDOM || supervision == Supervision.PARTIAL;
  }
}
