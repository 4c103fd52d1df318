/** What the README shows, compiled and run by tests. Copy from here. */
@NullMarked
package org.kamaelia.examples;

import org.jspecify.annotations.NullMarked;
