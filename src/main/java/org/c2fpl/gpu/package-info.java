/** Spark-RAPIDS, which is no part of this program: whether it is there, and what it would run. */
package org.c2fpl.gpu;
