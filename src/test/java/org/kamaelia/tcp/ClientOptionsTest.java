package org.kamaelia.tcp;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ClientOptionsTest {
    private static final ClientOptions CLIENT = ClientOptions.of("127.0.0.1", 7000);

    @Test
    void whatOnlyAListenerCanHaveIsRefusedWithTheRemedy() {
        ListenerOptions proxied =
                ListenerOptions.of("client").proxyProtocol(ProxyProtocol.required(AddressBlock.parse("127.0.0.1")));
        assertThatThrownBy(() -> CLIENT.socket(proxied))
                .isInstanceOf(InvalidOptions.class)
                .hasMessageContaining("socket.proxyProtocol is required")
                .hasMessageContaining("leave it off");

        ListenerOptions secure = ListenerOptions.of("client").tls(TlsOptions.of("web"));
        assertThatThrownBy(() -> CLIENT.socket(secure))
                .isInstanceOf(InvalidOptions.class)
                .hasMessageContaining("the option tls beside socket");
    }
}
