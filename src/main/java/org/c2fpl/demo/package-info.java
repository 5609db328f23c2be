/** Seeded synthetic footage for the demonstration and for benchmarks. */
package org.c2fpl.demo;
