package org.kamaelia.control;

import org.kamaelia.tcp.InvalidOptions;

/** What an operator can tell a listener. */
public enum ListenerCommand {
    /** Listen again after a stop or a failure. */
    START("start"),
    /** Hold the port and accept nobody. */
    SUSPEND("suspend"),
    /** Accept again. */
    RESUME("resume"),
    /** Kamaelia's message: give the port back, drain the connections, stop. */
    SERVER_SHUTDOWN("serverShutdown");

    private final String message;

    ListenerCommand(String message) {
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
    public static ListenerCommand named(String message) {
        return Names.find("message", values(), ListenerCommand::message, message);
    }
}
