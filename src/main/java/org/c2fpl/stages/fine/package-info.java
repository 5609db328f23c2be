/** Segment labels of the training footage, a video at a time. */
package org.c2fpl.stages.fine;
