/** What a stage is given: the session, the workspace, where its words and numbers go. */
package org.c2fpl.stage;
