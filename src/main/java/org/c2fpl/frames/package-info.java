/**
 * Pictures out of video files. What decodes them comes with the build profile {@code frames};
 * without it there are none.
 */
package org.c2fpl.frames;
