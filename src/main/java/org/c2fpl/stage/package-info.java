/**
 * The environment of a stage: the session, the workspace, and the listeners for its messages and
 * numbers.
 */
package org.c2fpl.stage;
