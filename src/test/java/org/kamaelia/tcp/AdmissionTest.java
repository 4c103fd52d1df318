package org.kamaelia.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is known of those who come, without a socket. */
class AdmissionTest {
    private final Admission admission = new Admission(ListenerOptions.of("echo").perAddressLimit(2));

    private static InetSocketAddress from(String address) {
        return new InetSocketAddress(NetUtil.createInetAddressFromIpAddressString(address), 4711);
    }

    private static long origin(String address) {
        return Admission.origin(from(address));
    }

    @Test
    void anIpv4AddressIsAnOriginAndSoIsAnIpv6NetworkOf64Bits() {
        assertThat(origin("192.0.2.7")).isEqualTo(origin("192.0.2.7")).isNotEqualTo(origin("192.0.2.8"));
        assertThat(origin("2001:db8:1:2::1")).isEqualTo(origin("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assertThat(origin("2001:db8:1:2::1")).isNotEqualTo(origin("2001:db8:1:3::1"));
        assertThat(origin("::1")).isNotEqualTo(origin("127.0.0.1"));
    }

    @Test
    void oneNetworkOf64BitsCountsAsOneAddress() {
        for (String each : new String[] {"2001:db8::1", "2001:db8::2"}) {
            assertThat(admission.arrive(from(each), origin(each))).isNull();
        }
        assertThat(admission.arrive(from("2001:db8::3"), origin("2001:db8::3"))).isEqualTo(Refusal.PER_ADDRESS);
        assertThat(admission.arrive(from("2001:db8:0:1::3"), origin("2001:db8:0:1::3")))
                .isNull();
        admission.leave(origin("2001:db8::1"));
        assertThat(admission.arrive(from("2001:db8::3"), origin("2001:db8::3"))).isNull();
    }

    @Test
    void aFloodOfRefusalsIsToldAtItsFirstAndThenEveryTenSeconds() {
        long now = -Duration.ofSeconds(3).toNanos();
        assertThat(admission.refused("echo", Refusal.DENIED, from("192.0.2.1"), now))
                .isEqualTo(new ConnectionsRefused("echo", Refusal.DENIED, 1, "/192.0.2.1:4711"));
        for (int i = 0; i < 100_000; i++) {
            now += Duration.ofNanos(99_000).toNanos();
            assertThat(admission.refused("echo", Refusal.DENIED, from("192.0.2.1"), now))
                    .isNull();
        }
        assertThat(admission.refused("echo", Refusal.FULL, from("192.0.2.1"), now))
                .isNotNull();
        now += Duration.ofSeconds(1).toNanos();

        assertThat(admission.refused("echo", Refusal.DENIED, from("192.0.2.2"), now))
                .isEqualTo(new ConnectionsRefused("echo", Refusal.DENIED, 100_001, "/192.0.2.2:4711"));
    }
}
