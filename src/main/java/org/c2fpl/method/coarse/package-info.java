/** Parts of the coarse pseudo-labels: other clusterings, and what known labels say. */
package org.c2fpl.method.coarse;
