/** Feature files: which arrays form a video, and how their values become segments. */
@NullMarked
package org.c2fpl.formats.features;

import org.jspecify.annotations.NullMarked;
