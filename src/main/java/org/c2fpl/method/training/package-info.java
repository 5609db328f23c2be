/** The deal of segments to workers, and dropout. */
package org.c2fpl.method.training;
