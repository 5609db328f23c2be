/** How {@code coarse} labels videos: clusterings, ranks, known labels. */
package org.c2fpl.stages.coarse;
