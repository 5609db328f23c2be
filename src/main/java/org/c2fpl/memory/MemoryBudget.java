package org.c2fpl.memory;

import java.io.Serializable;

/**
 * What a process may take.
 *
 * @param process what messages call it
 * @param heap its largest heap, bytes
 * @param offHeap the most that ND4J may take outside the heap ({@code
 *     org.bytedeco.javacpp.maxbytes}), bytes
 * @param container the most that the process may have in all
 * @param slots tasks that run in it at a time, at least 1
 */
public record MemoryBudget(
    String process, long heap, long offHeap, ContainerLimit container, int slots)
    implements Serializable {}
