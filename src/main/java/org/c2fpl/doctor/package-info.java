/** Looks at the environment before a night's run does: what is wrong and how to mend it. */
package org.c2fpl.doctor;
