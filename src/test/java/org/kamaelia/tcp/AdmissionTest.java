package org.kamaelia.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.AttributeKey;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kamaelia.component.Component;
import org.kamaelia.component.Next;
import org.kamaelia.component.Scheduler;
import org.kamaelia.tcp.Admission.Turn;
import org.kamaelia.tcp.Admission.Verdict;

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

    private static StreamSocket socket() {
        Scheduler scheduler = new Scheduler(() -> 1, Scheduler.Host.NONE, event -> {});
        return new Unplugged(scheduler, new ConnectionTable(0), ListenerOptions.of("echo"))
                .open("192.0.2.1")
                .socket();
    }

    private static final class Server extends Component {
        @Override
        protected Next step() {
            return Next.PAUSE;
        }
    }

    @Test
    void nobodyIsGivenAPlaceWhileAnyEventLoopIsSuspended() {
        Turn early = admission.queue(new EmbeddedChannel(), socket(), new Server());
        admission.suspend(List.of(early));
        admission.suspend(List.of());
        admission.ask(early, 0);

        // The first is told to go on and to stop again before the second has heard of either.
        admission.resume(0);
        admission.suspend(List.of(early));
        admission.resume(0);

        assertThat(early.verdict()).isNull();
        assertThat(admission.open()).isZero();
        admission.suspend(List.of());
        admission.resume(0);
        admission.resume(0);
        assertThat(early.verdict()).isEqualTo(Verdict.OPEN);
        assertThat(admission.open()).isEqualTo(1);
    }

    @Test
    void aConnectionKeepsNothingOfItsNumberInTheLine() {
        Admission line = new Admission(ListenerOptions.of("echo").whenFull(WhenFull.QUEUE));
        EmbeddedChannel second = new EmbeddedChannel();
        EmbeddedChannel first = new EmbeddedChannel();
        line.number(first);
        line.number(second);
        Turn late = line.queue(second, socket(), new Server());
        Turn early = line.queue(first, socket(), new Server());

        line.options(ListenerOptions.of("echo").whenFull(WhenFull.QUEUE).maxConnections(1));
        line.suspend(List.of());
        line.ask(late, 0);
        line.ask(early, 0);
        line.resume(0);

        assertThat(early.verdict()).isEqualTo(Verdict.OPEN);
        assertThat(late.verdict()).isNull();
        for (EmbeddedChannel each : List.of(first, second)) {
            assertThat(each.attr(AttributeKey.valueOf("kamaelia.arrival")).get())
                    .isNull();
        }
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
