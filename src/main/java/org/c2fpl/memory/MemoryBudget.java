package org.c2fpl.memory;

import java.io.Serializable;

/**
 * The memory limits of a process.
 *
 * @param process its name in messages
 * @param heap its largest heap, bytes
 * @param offHeap the most that ND4J may take outside the heap ({@code
 *     org.bytedeco.javacpp.maxbytes}), bytes
 * @param container the most that the process may use in total
 * @param slots parallel tasks in it, at least 1
 */
public record MemoryBudget(
    String process, long heap, long offHeap, ContainerLimit container, int slots)
    implements Serializable {}
