/** Readers of users' file formats from plain streams, without Spark or file systems. */
package org.c2fpl.formats;
