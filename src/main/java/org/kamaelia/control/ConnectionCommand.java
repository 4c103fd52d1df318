package org.kamaelia.control;

import org.kamaelia.tcp.InvalidOptions;

/** What an operator can tell one connection. */
public enum ConnectionCommand {
    /** Read no more, let the handler finish its replies, flush, close. */
    PRODUCER_FINISHED("producerFinished"),
    /** Close at once; what was not sent is lost. */
    SHUTDOWN_MICROPROCESS("shutdownMicroprocess");

    private final String message;

    ConnectionCommand(String message) {
        this.message = message;
    }

    /** The name in JSON. */
    public String message() {
        return message;
    }

    /**
     * The command of that name.
     *
     * @throws InvalidOptions for any other; it lists those there are
     */
    public static ConnectionCommand named(String message) {
        return Names.find("message", values(), ConnectionCommand::message, message);
    }
}
