/** Statistics z of segments other than the norm, and their order-free fits. Plain Java. */
package org.c2fpl.method.statistics;
