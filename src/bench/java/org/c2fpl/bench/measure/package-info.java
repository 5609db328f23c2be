/** The code of a measuring process; {@link org.c2fpl.bench.measure.Measure} starts it. */
package org.c2fpl.bench.measure;
