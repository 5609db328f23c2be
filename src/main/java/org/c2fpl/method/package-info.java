/**
 * The method itself, in plain Java: Eqs. 1–5 and Alg. 1 of the coarse-to-fine pseudo-labels,
 * without Spark and files, one package per part.
 *
 * <p>Code that runs once per segment is static and allocates nothing. Sums that affect a label are
 * exact ({@link org.c2fpl.method.exact.ExactSum}), so that no result depends on row order or
 * partitioning.
 */
@NullMarked
package org.c2fpl.method;

import org.jspecify.annotations.NullMarked;
