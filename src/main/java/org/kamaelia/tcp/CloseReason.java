package org.kamaelia.tcp;

import org.kamaelia.component.ShutdownMicroprocess;

/**
 * Why a connection is broken off, in more words than its cause has: the reason of a {@link ShutdownMicroprocess} that goes to
 * its adapter.
 *
 * @param detail for operators, as short as it can be
 */
public record CloseReason(CloseCause cause, String detail) {}
