/** Feature files: which arrays form a video, and how their values become segments. */
package org.c2fpl.formats.features;
