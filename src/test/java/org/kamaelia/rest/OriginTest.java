package org.kamaelia.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.net.SocketAddress;
import org.junit.jupiter.api.Test;

class OriginTest {

    private static String of(String address) {
        return Origin.of(SocketAddress.inetSocketAddress(1, address));
    }

    @Test
    void itIsAnIpv4AddressOrAnIpv6NetworkOf64Bits() {
        assertThat(of("192.0.2.7")).isEqualTo("c0000207").isEqualTo(of("::ffff:192.0.2.7"));
        assertThat(of("192.0.2.8")).isNotEqualTo(of("192.0.2.7"));
        assertThat(of("2001:db8:1:2::1")).isEqualTo("20010db800010002").isEqualTo(of("2001:db8:1:2:ffff::9"));
        assertThat(of("2001:db8:1:3::1")).isNotEqualTo(of("2001:db8:1:2::1"));
    }
}
