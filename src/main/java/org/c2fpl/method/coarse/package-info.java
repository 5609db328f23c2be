/** Parts of the coarse pseudo-labels: other clusterings, and what known labels say. */
@NullMarked
package org.c2fpl.method.coarse;

import org.jspecify.annotations.NullMarked;
