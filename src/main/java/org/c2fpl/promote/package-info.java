/** Which stored model is in use, and whether another is as good. */
package org.c2fpl.promote;
