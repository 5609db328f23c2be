/** The deal of segments to workers, and dropout. */
@NullMarked
package org.c2fpl.method.training;

import org.jspecify.annotations.NullMarked;
