package org.c2fpl.formats.features;

import java.io.IOException;
import java.util.Iterator;

/**
 * Segments of one video in order, each as crops × dim float32, little-endian, row by row.
 *
 * <p>{@link #next} throws {@link org.c2fpl.errors.DataException} for values that are not numbers
 * and {@link java.io.UncheckedIOException} if reading fails.
 */
public interface Segments extends Iterator<byte[]>, AutoCloseable {
  @Override
  void close() throws IOException;
}
