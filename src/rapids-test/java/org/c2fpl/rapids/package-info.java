/** Checks with the jar of Spark-RAPIDS, which {@code mvn verify -Prapids} runs. */
package org.c2fpl.rapids;
