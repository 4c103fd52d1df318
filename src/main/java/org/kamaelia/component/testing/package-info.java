/**
 * A rig for the tests of components: it drives a scheduler by hand, under a clock that moves when told to.
 *
 * <p>Neighbours: {@code component}. Nothing else in this module uses it; a user's own tests do.
 *
 * <p>Thread: the test's.
 */
@NullMarked
package org.kamaelia.component.testing;

import org.jspecify.annotations.NullMarked;
