package org.kamaelia.control;

import org.kamaelia.tcp.Refusals;

/**
 * How many connections a listener has and had.
 *
 * @param open now
 * @param limit how many may be open
 * @param accepted since it was made; the refused are not among them
 * @param rejectedBy how many were refused by which limit or rule
 * @param queued accepted by the system and waiting for room
 * @param closed accepted once, and at their end
 * @param handshakesFailed of the closed, those that never came to speak TLS
 * @param proxyRefused of the closed, those that lacked a proper PROXY header
 */
public record Counts(
        long open,
        long limit,
        long accepted,
        Refusals rejectedBy,
        long queued,
        long closed,
        long handshakesFailed,
        long proxyRefused) {
    /** Whatever the cause. */
    public long rejected() {
        return rejectedBy.total();
    }
}
