package org.kamaelia.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kamaelia.protocol.Upstreams.Balance;
import org.kamaelia.protocol.Upstreams.Upstream;
import org.kamaelia.tcp.HostPorts;
import org.kamaelia.tcp.PortRange;

class UpstreamsTest {
    private long now;

    @Test
    void eachIsNextInTurn() {
        Upstreams upstreams = three(Balance.ROUND_ROBIN);

        assertThat(ports(upstreams, 6)).containsExactly(1, 2, 3, 1, 2, 3);
    }

    @Test
    void theOneWithTheFewestConnectionsIsNext() {
        Upstreams upstreams = three(Balance.LEAST_CONNECTIONS);
        List<Upstream> open = List.of(next(upstreams), next(upstreams), next(upstreams), next(upstreams));
        assertThat(open).extracting(each -> each.address().port()).containsExactly(1, 2, 3, 1);

        open.get(1).release();

        assertThat(next(upstreams).address().port()).isEqualTo(2);
    }

    @Test
    void whoWasTriedIsNotNextAgain() {
        Upstreams upstreams = three(Balance.ROUND_ROBIN);
        List<Upstream> tried = new ArrayList<>();
        for (Upstream next = upstreams.next(tried); next != null; next = upstreams.next(tried)) {
            tried.add(next);
        }

        assertThat(tried).hasSize(3).doesNotHaveDuplicates();
    }

    @Test
    void whoFailedIsLeftOutForASecondAndLongerEachTimeUpToAMinute() {
        Upstreams upstreams = three(Balance.ROUND_ROBIN);
        Upstream failing = next(upstreams);
        long[] pauses = {1, 2, 4, 8, 16, 32, 60, 60};
        for (long pause : pauses) {
            failing.fails();
            now += Duration.ofSeconds(pause).toNanos() - 1;
            assertThat(ports(upstreams, 3)).as("within %s s", pause).doesNotContain(1);
            now++;
            assertThat(ports(upstreams, 3)).as("after %s s", pause).contains(1);
        }

        failing.works();
        failing.fails();
        now += Duration.ofSeconds(1).toNanos();

        assertThat(ports(upstreams, 3)).contains(1);
    }

    @Test
    void whenAllAreLeftOutTheyAreTriedAllTheSame() {
        Upstreams upstreams = three(Balance.LEAST_CONNECTIONS);
        for (int i = 0; i < 3; i++) {
            next(upstreams).fails();
        }

        assertThat(ports(upstreams, 3)).containsExactlyInAnyOrder(1, 2, 3);
    }

    private Upstreams three(Balance balance) {
        List<HostPorts> addresses = new ArrayList<>();
        for (int port = 1; port <= 3; port++) {
            addresses.add(new HostPorts("127.0.0.1", new PortRange(port, port)));
        }
        return new Upstreams(addresses, balance, () -> now);
    }

    private static Upstream next(Upstreams upstreams) {
        Upstream next = upstreams.next(List.of());
        assertThat(next).isNotNull();
        return next;
    }

    private static List<Integer> ports(Upstreams upstreams, int count) {
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ports.add(next(upstreams).address().port());
        }
        return ports;
    }
}
