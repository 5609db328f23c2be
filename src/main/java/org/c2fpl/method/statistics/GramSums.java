package org.c2fpl.method.statistics;

import java.io.Serializable;
import java.util.Arrays;
import org.c2fpl.errors.DataException;
import org.c2fpl.method.exact.ExactSum;

/**
 * Exact sums over vectors of integers (see {@link FeatureVectors}): of x, x xᵀ, ‖x‖² x and ‖x‖⁴,
 * the same bits for any order of additions and merges.
 *
 * <p>Sums of products are integers in doubles, exact below 2⁵³. The diagonal never falls and bounds
 * every other entry (Cauchy–Schwarz), so a diagonal below 2⁵³ at the end shows that nothing was
 * ever rounded; for standardised features this holds up to some 10¹¹ vectors. Memory: {@code 4 d (d
 * + 1)} bytes and 0.7 KB per dimension. Vectors are added in blocks, so that the matrix passes
 * through the cache once per block; d²/2 multiplications per vector.
 */
public final class GramSums implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int BLOCK = 16;
  private static final double EXACT = 0x1p53;

  private final int d;
  private long count;
  private final double[] sum;

  /** Row i of the lower triangle starts at i (i + 1) / 2. */
  private final double[] products;

  private final ExactSum[] cubes;
  private final ExactSum fourths = new ExactSum();
  private double[][] block = {};
  private int filled;

  /**
   * Sums of no vectors.
   *
   * @param dimensions d
   */
  public GramSums(int dimensions) {
    this.d = dimensions;
    this.sum = new double[d];
    this.products = new double[Math.toIntExact((long) d * (d + 1) / 2)];
    this.cubes = new ExactSum[d];
    Arrays.setAll(cubes, any -> new ExactSum());
  }

  /** Bytes of the products of d dimensions, as many as the factor of a Gaussian has. */
  public static long bytes(int dimensions) {
    return 4L * dimensions * (dimensions + 1L);
  }

  /** Adds a vector of d integers of at most 2¹⁴; it is copied. */
  public void add(double[] x) {
    if (block.length == 0) {
      block = new double[BLOCK][d];
    }
    System.arraycopy(x, 0, block[filled++], 0, d);
    if (filled == BLOCK) {
      flush();
    }
    double squares = 0;
    for (int i = 0; i < d; i++) {
      sum[i] += x[i];
      squares += x[i] * x[i];
    }
    for (int i = 0; i < d; i++) {
      cubes[i].add(squares * x[i]);
    }
    fourths.add(squares * squares);
    count++;
  }

  /** Adds the sums of others. */
  public void merge(GramSums other) {
    flush();
    other.flush();
    for (int i = 0; i < d; i++) {
      sum[i] += other.sum[i];
      cubes[i].merge(other.cubes[i]);
    }
    for (int k = 0; k < products.length; k++) {
      products[k] += other.products[k];
    }
    fourths.merge(other.fourths);
    count += other.count;
  }

  /** The number of vectors added. */
  public long count() {
    return count;
  }

  /** These sums with the pending block of vectors added; must be called before they are sent. */
  public GramSums sealed() {
    flush();
    block = new double[0][];
    return this;
  }

  int dimensions() {
    return d;
  }

  double sum(int i) {
    return sum[i];
  }

  double cube(int i) {
    return cubes[i].value();
  }

  double fourths() {
    return fourths.value();
  }

  /**
   * Σ x xᵀ, the lower triangle by rows.
   *
   * @throws DataException if the sums outgrew exactness
   */
  double[] products() {
    flush();
    for (int i = 0; i < d; i++) {
      double diagonal = products[i * (i + 1) / 2 + i];
      if (!(diagonal < EXACT)) {
        throw new DataException(
            "Cannot fit a Gaussian to the training features: the squares of dimension "
                + i
                + " sum to "
                + diagonal
                + " over "
                + count
                + " vectors, too many to be exact. Train on less footage.");
      }
    }
    return products;
  }

  private void flush() {
    for (int i = 0; i < d && filled > 0; i++) {
      int row = i * (i + 1) / 2;
      int v = 0;
      for (; v + 3 < filled; v += 4) {
        addFour(row, i, block[v], block[v + 1], block[v + 2], block[v + 3]);
      }
      for (; v < filled; v++) {
        addOne(row, i, block[v]);
      }
    }
    filled = 0;
  }

  private void addFour(int row, int i, double[] a, double[] b, double[] c, double[] e) {
    double ai = a[i];
    double bi = b[i];
    double ci = c[i];
    double ei = e[i];
    for (int j = 0; j <= i; j++) {
      products[row + j] += ai * a[j] + bi * b[j] + ci * c[j] + ei * e[j];
    }
  }

  private void addOne(int row, int i, double[] a) {
    double ai = a[i];
    for (int j = 0; j <= i; j++) {
      products[row + j] += ai * a[j];
    }
  }
}
