/** The inner loops of the method under JMH, each compared with a plain loop. */
package org.c2fpl.bench.kernels;
