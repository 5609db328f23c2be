/** Sums without rounding, and arithmetic with the same bits everywhere. */
package org.c2fpl.method.exact;
