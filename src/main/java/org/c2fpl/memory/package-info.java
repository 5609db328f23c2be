/** Checks before a stage starts whether it fits into the memory of its processes. */
package org.c2fpl.memory;
