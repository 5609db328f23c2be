package org.c2fpl.stage;

import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.spark.sql.Dataset;
import org.apache.spark.storage.StorageLevel;

/**
 * Tables that a stage caches for the queries that follow, while its plan is looked at: those read
 * the cache in the plan, too. Nothing is computed or stored.
 */
public final class KeptTables implements AutoCloseable {
  private final Deque<Dataset<?>> kept = new ArrayDeque<>();

  public <T> Dataset<T> keep(Dataset<T> table) {
    kept.push(table);
    return table.persist(StorageLevel.MEMORY_AND_DISK());
  }

  @Override
  public void close() {
    kept.forEach(table -> table.unpersist(false));
  }
}
