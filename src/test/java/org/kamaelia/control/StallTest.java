package org.kamaelia.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kamaelia.component.Component;
import org.kamaelia.component.ComponentSnapshot;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.Scheduler;
import org.kamaelia.tcp.ConnectedSocketAdapter;
import org.kamaelia.tcp.ConnectionTable;
import org.kamaelia.tcp.ListenerOptions;
import org.kamaelia.tcp.Unplugged;

/** What is said of a connection that does not move, and of what belongs to it, however much hangs on it. */
class StallTest {
    private final Scheduler scheduler = new Scheduler(() -> 1, Scheduler.Host.NONE, event -> {});
    private final ConnectionTable table = new ConnectionTable(0);
    private final ConnectedSocketAdapter connection =
            new Unplugged(scheduler, table, ListenerOptions.of("echo")).open("192.0.2.1");

    /** Takes nothing, and hands on what a test says. */
    private static final class Station extends Component {
        final Inbox<Buffer> in = addInbox("inbox", Buffer.class, 1);
        final Outbox<Buffer> out = outbox("outbox", Buffer.class);

        @Override
        protected Next step() {
            return PAUSE;
        }

        void leadTo(Inbox<Buffer> next) {
            link(out, next);
        }

        void feedFrom(ConnectedSocketAdapter adapter) {
            link(adapter.outbox("outbox", Buffer.class), in);
        }

        /** Fills the next one's box, and is held up then. */
        void overfill() {
            assertThat(out.offer(Buffer.buffer("x"))).isTrue();
            assertThat(out.offer(Buffer.buffer("x"))).isFalse();
        }

        void grow(int boxes) {
            for (int i = 0; i < boxes; i++) {
                Outbox<Buffer> unused = addOutbox("more-" + i, Buffer.class);
            }
        }

        Station child() {
            Station child = new Station();
            addChild(child);
            return child;
        }
    }

    private Station station() {
        Station station = new Station();
        scheduler.activate(station);
        return station;
    }

    /** Each held up by the next; the first serves the connection. */
    private List<Station> chain(int length) {
        List<Station> chain = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            chain.add(station());
            if (i > 0) {
                chain.get(i - 1).leadTo(chain.get(i).in);
                chain.get(i - 1).overfill();
            }
        }
        chain.get(0).feedFrom(connection);
        scheduler.run();
        return chain;
    }

    private static int named(String words) {
        return words.split(" waits for room in ", -1).length - 1;
    }

    @Test
    void theFullBoxesThatHoldItUpAreNamedOneAfterTheOther() {
        List<Station> chain = chain(4);

        String words = Stall.of(connection);

        assertThat(named(words)).isEqualTo(3);
        assertThat(words)
                .contains(chain.get(2) + " waits for room in " + chain.get(3).in + " (")
                .doesNotContain("and so on");
    }

    @Test
    void ofALongChainTheFirstAreNamed() {
        assertThat(named(Stall.of(connection))).isZero();
        chain(Stall.MOST + 1);
        assertThat(named(Stall.of(connection))).isEqualTo(Stall.MOST);
        assertThat(Stall.of(connection)).doesNotContain("and so on");
    }

    @Test
    void ofALongerOneItIsSaidThatItGoesOn() {
        chain(3 * Stall.MOST);

        assertThat(named(Stall.of(connection))).isEqualTo(Stall.MOST);
        assertThat(Stall.of(connection)).endsWith("; and so on");
    }

    @Test
    void descendantsOfItsHandlerBelongToItUpToABound() {
        Station handler = station();
        handler.leadTo(connection.inbox("inbox", Buffer.class));
        connection.servedBy(handler);
        Station near = handler.child().child();
        Station far = near;
        for (int i = 0; i < ComponentSnapshot.MOST; i++) {
            far = far.child();
        }

        assertThat(Belonging.of(near).connection()).isEqualTo(connection.id().toString());
        assertThat(Belonging.of(near).listener()).isEqualTo("echo");
        assertThat(Belonging.of(far)).isEqualTo(new Belonging(null, null));
    }

    @Test
    void aHandlerIsKnownByItsYoungestBoxes() {
        Station handler = station();
        handler.grow(ComponentSnapshot.MOST / 2);
        handler.leadTo(connection.inbox("inbox", Buffer.class));
        connection.servedBy(handler);
        assertThat(Belonging.of(handler).connection()).isNotNull();

        handler.grow(ComponentSnapshot.MOST);

        assertThat(Belonging.of(handler).connection()).isNull();
    }
}
