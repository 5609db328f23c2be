/** Spark-RAPIDS, which is not part of this program: detects it, and shows what it would run. */
package org.c2fpl.gpu;
