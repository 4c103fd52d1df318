package org.kamaelia.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.BindException;
import java.net.SocketException;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.kamaelia.tcp.ListenerOptions;

/** What an operator is told where a listener cannot listen, and what would help. */
class ListenerFactoryTest {
    private static ControlFailure failure(String host, int port, Exception cause) {
        return ListenerFactory.cannotListen(
                ListenerOptions.of("echo").host(host).port(port), cause);
    }

    @Test
    void aForeignAddressAsksForOneOfThisHost() {
        assertThat(failure("192.0.2.1", 7000, new BindException("Cannot assign requested address")))
                .hasMessage("cannot listen on 192.0.2.1:7000: Cannot assign requested address: "
                        + "use an address of this host, or a name of one");
        assertThat(failure("no.such.host.invalid", 7000, new UnknownHostException("Failed to resolve it ")))
                .hasMessage("cannot listen on no.such.host.invalid:7000: Failed to resolve it: "
                        + "use an address of this host, or a name of one");
    }

    @Test
    void aPortThatTheSystemKeepsAsksForAHigherOneOrForTheRight() {
        assertThat(failure("127.0.0.1", 80, new SocketException("Permission denied")))
                .hasMessage("cannot listen on 127.0.0.1:80: Permission denied: "
                        + "use a port from 1024 on, or let the process take lower ones (CAP_NET_BIND_SERVICE)");
        assertThat(failure("127.0.0.1", 7000, new SocketException("Permission denied")))
                .hasMessage("cannot listen on 127.0.0.1:7000: Permission denied");
    }
}
