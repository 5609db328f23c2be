/**
 * File formats that users bring, read from plain streams: knows neither Spark nor any file system.
 */
@NullMarked
package org.c2fpl.formats;

import org.jspecify.annotations.NullMarked;
