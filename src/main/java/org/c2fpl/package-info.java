/** Unsupervised video anomaly detection by coarse-to-fine pseudo-labels, on Apache Spark. */
package org.c2fpl;
