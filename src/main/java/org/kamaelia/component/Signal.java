package org.kamaelia.component;

/**
 * What travels on {@code control} and {@code signal} boxes (Axon's {@code Ipc} messages).
 *
 * <p>A box declared for signals never refuses one: it keeps a few per source, and of repeated
 * shutdowns from one source the stronger waits alone. Layers add their own notices by {@link Notify}.
 */
public sealed interface Signal permits ProducerFinished, ShutdownMicroprocess, ServerDraining, EndInput, Notify {

    /** Signals of one kind and one source merge while they wait. */
    enum Kind {
        DRAINING,
        END_INPUT,
        FAREWELL,
        SERVER_SHUTDOWN,
        NOTICE
    }

    /** With which other signals of the same source this one merges. */
    default Kind kind() {
        return Kind.FAREWELL;
    }
}
