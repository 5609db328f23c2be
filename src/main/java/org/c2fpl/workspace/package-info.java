/**
 * The workspace on a Hadoop file system: its tables, their manifests, atomic publication of leaf
 * folders, and the lock that keeps a second run out.
 */
@NullMarked
package org.c2fpl.workspace;

import org.jspecify.annotations.NullMarked;
