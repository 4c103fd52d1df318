package org.kamaelia.bench;

import java.util.List;

/**
 * What a server's process is told.
 *
 * @param eventLoops how many event loops may serve the port
 * @param upstreamPort on {@link EchoServer#HOST}: where {@link Service#RELAY} leads to, or {@link Service#OPERATED} has its
 *     control plane; otherwise 0
 */
record Duty(Service service, int eventLoops, int upstreamPort) {

    /** As words of a command line. */
    List<String> toArguments() {
        return List.of(service.label(), Integer.toString(eventLoops), Integer.toString(upstreamPort));
    }

    static Duty fromArguments(List<String> arguments) {
        return new Duty(
                Service.labelled(arguments.get(0)),
                Integer.parseInt(arguments.get(1)),
                Integer.parseInt(arguments.get(2)));
    }
}
