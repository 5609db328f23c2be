/**
 * Studies: variants of the method on one workspace, side by side. Each result of a stage lies in a
 * small workspace of its own, layered over those it was made from.
 */
package org.c2fpl.experiment;
