/**
 * Feature files → {@code segments}, {@code videos}, {@code rejected}: finds, inspects and reads
 * them.
 */
package org.c2fpl.ingest;
