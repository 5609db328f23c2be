/** What the evaluation is made of: which videos, their frames, yardsticks, metrics, files. */
package org.c2fpl.stages.evaluation;
