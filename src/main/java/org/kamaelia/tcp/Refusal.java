package org.kamaelia.tcp;

/** Why somebody who connected was turned away. */
public enum Refusal {
    /** {@code maxConnections} were open, and {@code whenFull} is to reject. */
    FULL("maxConnections"),
    /** As many were open from its address as {@code perAddressLimit} says. */
    PER_ADDRESS("perAddressLimit"),
    /** {@code deny} names its address, or {@code allow} does not. */
    DENIED("denied"),
    /** A PROXY header is required, and its address is none of the trusted. */
    UNTRUSTED("untrusted");

    private final String text;

    Refusal(String text) {
        this.text = text;
    }

    /** As operators see it. */
    @Override
    public String toString() {
        return text;
    }
}
