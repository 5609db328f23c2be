/** Sums without rounding, and arithmetic with the same bits everywhere. */
@NullMarked
package org.c2fpl.method.exact;

import org.jspecify.annotations.NullMarked;
