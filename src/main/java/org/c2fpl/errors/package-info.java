/**
 * Failures with a meaning: wrong arguments (64), wrong data or environment (65), lost
 * infrastructure (75).
 */
package org.c2fpl.errors;
