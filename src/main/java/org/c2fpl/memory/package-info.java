/** Whether a stage fits into the memory of the processes that run it, asked before it starts. */
package org.c2fpl.memory;
