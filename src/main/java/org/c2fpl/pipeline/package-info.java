/** All stages in order: the whole run, and what of it Spark would plan. */
package org.c2fpl.pipeline;
