package org.kamaelia.control;

import org.kamaelia.component.EndInput;
import org.kamaelia.component.ShutdownMicroprocess;
import org.kamaelia.component.Signal;
import org.kamaelia.tcp.CloseCause;
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

    /** What goes into the connection's {@code control} box. */
    Signal signal() {
        return this == PRODUCER_FINISHED
                ? new EndInput(CloseCause.OPERATOR)
                : new ShutdownMicroprocess(CloseCause.OPERATOR);
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
