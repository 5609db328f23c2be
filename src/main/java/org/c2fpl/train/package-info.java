/** {@code segments}, {@code fine_labels} → {@code model}. */
package org.c2fpl.train;
