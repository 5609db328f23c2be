/** The inner loops of the method under JMH, each beside a plain loop for the same. */
package org.c2fpl.bench.kernels;
