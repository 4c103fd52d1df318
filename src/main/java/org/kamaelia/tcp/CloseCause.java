package org.kamaelia.tcp;

import java.util.Locale;

/** Why a connection ended. */
public enum CloseCause {
    /** The peer ended its sending, got its replies, and the connection was closed. */
    PEER_CLOSED,
    /** The peer, or the network, broke it off. */
    PEER_RESET,
    /** The handler was done. */
    HANDLER_FINISHED,
    /** The handler threw. */
    HANDLER_FAILED,
    /** What it was relayed to could not be reached, or broke off. */
    UPSTREAM_FAILED,
    /** An operator asked. */
    OPERATOR,
    /** Its listener was shut down. */
    DRAINED,
    /** No byte moved for the listener's {@code idleTimeout}, or none came for its handler's read timeout. */
    IDLE,
    /** It was open for the listener's {@code maxAge}. */
    TOO_OLD,
    /** Bytes waited for the listener's {@code writeTimeout} and the peer took none; what was unsent is recorded. */
    WRITE_TIMEOUT,
    /** The peer and this side could not agree on TLS. */
    HANDSHAKE_FAILED,
    /** There was no proper PROXY header where one must be, or one from somebody who may not send any. */
    PROXY_REFUSED,
    /** The client whom a proxy told of is not let in, by its address. */
    NOT_ADMITTED,
    /** It did not come to its end in time; what was unsent is recorded. */
    ABORTED,
    /** Nobody took the connection, such as a server of one client at a time that has one. */
    UNSERVED;

    private final String text = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** As operators see it: {@code peer-closed}. */
    @Override
    public String toString() {
        return text;
    }
}
