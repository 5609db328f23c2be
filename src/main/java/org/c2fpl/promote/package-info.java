/** Selects the current model, and compares it with candidates. */
package org.c2fpl.promote;
