package org.kamaelia.tcp;

/**
 * How many were turned away, by the cause.
 *
 * @param full because of {@code maxConnections}
 * @param perAddress because of {@code perAddressLimit}
 * @param denied because of {@code allow} and {@code deny}
 */
public record Refusals(long full, long perAddress, long denied) {
    public static final Refusals NONE = new Refusals(0, 0, 0);

    public long total() {
        return full + perAddress + denied;
    }

    Refusals plus(Refusal one) {
        return switch (one) {
            case FULL -> new Refusals(full + 1, perAddress, denied);
            case PER_ADDRESS -> new Refusals(full, perAddress + 1, denied);
            case DENIED -> new Refusals(full, perAddress, denied + 1);
        };
    }

    Refusals plus(Refusals other) {
        return new Refusals(full + other.full, perAddress + other.perAddress, denied + other.denied);
    }
}
