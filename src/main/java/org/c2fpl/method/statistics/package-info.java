/** Statistics z of segments other than the norm, and their order-free fits. Plain Java. */
@NullMarked
package org.c2fpl.method.statistics;

import org.jspecify.annotations.NullMarked;
