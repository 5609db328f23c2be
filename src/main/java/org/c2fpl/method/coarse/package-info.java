/** Clusterings for the coarse pseudo-labels, and the use of known labels. */
@NullMarked
package org.c2fpl.method.coarse;

import org.jspecify.annotations.NullMarked;
