/**
 * Studies: variants of the method on one workspace, compared. Each result of a stage is stored in
 * its own small workspace, layered over those it was made from.
 */
package org.c2fpl.experiment;
