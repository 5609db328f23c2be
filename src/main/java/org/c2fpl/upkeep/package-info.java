/**
 * Maintenance of a workspace: the lineage of results, garbage collection, and forgetting videos.
 */
package org.c2fpl.upkeep;
