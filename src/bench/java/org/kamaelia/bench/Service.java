package org.kamaelia.bench;

import java.util.stream.Stream;

/** What the servers of a case are. Seen from the load client every one of them echoes. */
enum Service {
    ECHO("echo"),
    /** The same in TLS, with {@link BenchCertificate} and the JDK's provider. */
    TLS_ECHO("tls-echo"),
    /** Each connection is joined to one of its own to an upstream, which echoes. */
    RELAY("relay"),
    /** Echo with the control plane beside it, over HTTP. */
    OPERATED("operated");

    private final String label;

    Service(String label) {
        this.label = label;
    }

    /** The name on a server's command line and in the JSON. */
    String label() {
        return label;
    }

    static Service labelled(String label) {
        return Stream.of(values())
                .filter(service -> service.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no service \"" + label + "\""));
    }
}
