/** Readers of users' file formats from plain streams, without Spark or file systems. */
@NullMarked
package org.c2fpl.formats;

import org.jspecify.annotations.NullMarked;
