package org.kamaelia.bench;

import java.util.stream.Stream;

/** The servers that can be compared. A new one is a constant here and one class. */
enum Peer {
    /** The baseline: what a service costs in Vert.x with nothing on top. */
    RAW_VERTX("raw-vertx") {
        @Override
        EchoServer server() {
            return new RawVertxServer();
        }

        @Override
        boolean offers(Service service) {
            return service != Service.OPERATED;
        }
    },
    /** Ours: TcpServer, ConnectedSocketAdapter and the protocol's component. */
    KAMAELIA("kamaelia") {
        @Override
        EchoServer server() {
            return new KamaeliaServer();
        }
    },
    /** The aim: the same transport without Vert.x. */
    RAW_NETTY("raw-netty") {
        @Override
        EchoServer server() {
            return new RawNettyEcho();
        }

        @Override
        boolean offers(Service service) {
            return service == Service.ECHO;
        }
    };

    private final String label;

    Peer(String label) {
        this.label = label;
    }

    /** The name on the command line, in the table and in the JSON. */
    String label() {
        return label;
    }

    abstract EchoServer server();

    boolean offers(Service service) {
        return true;
    }

    static Peer labelled(String label) {
        return Stream.of(values())
                .filter(peer -> peer.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("bench.peers: no peer \"" + label + "\"; there are "
                        + Stream.of(values()).map(Peer::label).toList()));
    }
}
