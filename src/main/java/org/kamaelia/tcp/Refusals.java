package org.kamaelia.tcp;

/**
 * How many were turned away, by the cause.
 *
 * @param full because of {@code maxConnections}
 * @param perAddress because of {@code perAddressLimit}
 * @param denied because of {@code allow} and {@code deny}
 * @param untrusted because only the trusted proxies of {@code proxyProtocol} are let in
 */
public record Refusals(long full, long perAddress, long denied, long untrusted) {
    public static final Refusals NONE = new Refusals(0, 0, 0, 0);

    public long total() {
        return full + perAddress + denied + untrusted;
    }

    Refusals plus(Refusal one) {
        return switch (one) {
            case FULL -> new Refusals(full + 1, perAddress, denied, untrusted);
            case PER_ADDRESS -> new Refusals(full, perAddress + 1, denied, untrusted);
            case DENIED -> new Refusals(full, perAddress, denied + 1, untrusted);
            case UNTRUSTED -> new Refusals(full, perAddress, denied, untrusted + 1);
        };
    }

    Refusals plus(Refusals other) {
        return new Refusals(
                full + other.full, perAddress + other.perAddress, denied + other.denied, untrusted + other.untrusted);
    }
}
