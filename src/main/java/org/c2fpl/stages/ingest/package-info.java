/** What the ingest stage is made of: finding files, inspecting them, turning them into rows. */
package org.c2fpl.stages.ingest;
