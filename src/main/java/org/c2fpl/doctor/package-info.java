/** Checks the environment before a long run: what is wrong and how to fix it. */
package org.c2fpl.doctor;
