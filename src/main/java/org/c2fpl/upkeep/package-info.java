/** Looking after a workspace: where results come from, what may go, and what has to. */
package org.c2fpl.upkeep;
