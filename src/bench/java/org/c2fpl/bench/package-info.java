/**
 * The benchmarks behind {@code docs/benchmarks.md}: {@code submit/bench} starts {@link
 * org.c2fpl.bench.Benchmarks}, which starts every measurement in a separate process.
 */
package org.c2fpl.bench;
