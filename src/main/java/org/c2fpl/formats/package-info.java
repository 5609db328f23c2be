/**
 * File formats that users bring, read from plain streams: knows neither Spark nor any file system.
 */
package org.c2fpl.formats;
