/** Clusterings for the coarse pseudo-labels, and the use of known labels. */
package org.c2fpl.method.coarse;
