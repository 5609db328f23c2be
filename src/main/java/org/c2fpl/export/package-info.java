/** Results in formats that other programs read: CSV, JSON Lines, WebVTT. */
package org.c2fpl.export;
