/** P-values of segments and the rules that turn them into segment labels (Eq. 5, Alg. 1). */
@NullMarked
package org.c2fpl.method.fine;

import org.jspecify.annotations.NullMarked;
