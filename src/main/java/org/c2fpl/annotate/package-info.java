/** Ground truth → {@code annotations}, checked against the ingested segments. */
package org.c2fpl.annotate;
