/** All stages in order: the whole run, and the plans of its queries. */
package org.c2fpl.pipeline;
