/**
 * Pictures from video files. The decoder comes with the build profile {@code frames}; without it
 * there are no pictures.
 */
package org.c2fpl.frames;
