package org.kamaelia.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.kamaelia.chassis.Pipeline;
import org.kamaelia.component.Component;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.Receipt;
import org.kamaelia.component.ShutdownMicroprocess;
import org.kamaelia.component.testing.ComponentRig;
import org.kamaelia.tcp.ConnectionId;
import org.kamaelia.tcp.ConnectionInfo;

/** What is said in a chat, by whom and to whom, on one scheduler and without sockets. */
class ChatTest {
    private final Function<ConnectionInfo, Component> hall =
            new Chat().serve("front", OptionsSchema.complete(new Chat(), new JsonObject()));
    private final ComponentRig first =
            ComponentRig.of(hall.apply(connection(1))).run();

    @Test
    void whoComesIsToldToAllAndHeard() {
        Guest second = new Guest(2);

        second.says("hello\r\n\nall");

        assertThat(heard()).containsExactly("* #1 has come", "* #2 has come", "#2: hello");
        assertThat(second.heard()).containsExactly("* #2 has come", "#2: hello");
    }

    @Test
    void theLastLineOfOneWhoLeavesIsSaidAndThenThatTheyLeft() {
        Guest second = new Guest(2);
        second.says("unfini").says("shed");
        second.leaves();

        assertThat(heard()).endsWith("#2: unfinished", "* #2 has left");
    }

    @Test
    void whoIsShutDownLeavesToo() {
        Guest second = new Guest(2);
        second.isShutDown();

        assertThat(heard()).endsWith("* #2 has left");
    }

    @Test
    void aNameCanBeTakenThatNobodyElseHas() {
        Guest second = new Guest(2);
        second.says("/nick Zoë\n/nick Zoë-2\nhi\n");
        assertThat(heard()).endsWith("* #2 is now Zoë", "* Zoë is now Zoë-2", "Zoë-2: hi");

        says("/nick zoË-2\n/nick\n/nick no spaces\n/nick #3\n/nick Zoë\n");
        assertThat(heard())
                .containsExactly(
                        "* the name zoË-2 is taken",
                        "* a name has 1 to 20 letters, digits, - or _",
                        "* a name has 1 to 20 letters, digits, - or _",
                        "* a name has 1 to 20 letters, digits, - or _",
                        "* #1 is now Zoë");

        second.leaves();
        says("/nick zoë-2\n");
        assertThat(heard()).endsWith("* Zoë-2 has left", "* Zoë is now zoë-2");
    }

    @Test
    void controlCharactersAreNotPassedOn() {
        says("a\u001b[2Jb\tc\n");

        assertThat(heard()).endsWith("#1: a[2Jbc");
    }

    @Test
    void aLineThatIsTooLongEndsTheConnectionUnsaid() {
        says("short\n" + "x".repeat(1_025) + "\nmore\n");

        assertThat(heard()).containsExactly("* #1 has come", "#1: short", "* #1 has left");
        assertThat(first.hasEnded()).isTrue();
    }

    @Test
    void linesForWhichThereIsNoRoomAreLeftOutAndCounted() {
        Guest second = new Guest(2);
        first.bound("outbox", 1);
        assertThat(heard()).hasSize(2);
        for (int i = 0; i < 13; i++) {
            second.says("line " + i + "\n");
        }

        assertThat(heard()).containsExactly("#2: line 0");
        first.run();
        assertThat(heard()).containsExactly("* 12 lines missed");
        second.says("a\n").says("b\n");
        assertThat(heard()).containsExactly("#2: a");
        first.run();
        assertThat(heard()).containsExactly("* 1 line missed");
        first.run();
        assertThat(heard()).isEmpty();
        assertThat(second.heard()).hasSize(16).doesNotContain("* 12 lines missed");
    }

    @Test
    void manyLinesAtOnceLoseNothing() {
        Guest second = new Guest(2);
        String line = "x".repeat(1_000) + "\n";
        for (int i = 0; i < 60; i++) {
            assertThat(second.offers(line)).isTrue();
        }

        first.run();

        assertThat(heard()).hasSize(62);
        assertThat(second.heard()).hasSize(61);
    }

    @Test
    void whatAnOperatorAnnouncesIsToldToAll() {
        Guest second = new Guest(2);

        Receipt receipt = announcements().handIn("back in\n five\tminutes ");
        assertThat(receipt.collected().toCompletableFuture()).isNotDone();
        first.run();

        assertThat(receipt.collected().toCompletableFuture()).isCompletedWithValue(true);
        assertThat(heard()).endsWith("* operator: back in fiveminutes");
        assertThat(second.heard()).endsWith("* operator: back in fiveminutes");
    }

    @Test
    void anAnnouncementOfNothingOrTooMuchIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> announcements().handIn(" \n"))
                .withMessageStartingWith("there is nothing in it to say; it takes a line of 1 to 1024 characters");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> announcements().handIn("x".repeat(1_025)))
                .withMessageStartingWith("it has 1025 characters; it takes a line");
        assertThat(announcements().dataReady()).isFalse();
    }

    private Inbox<?> announcements() {
        CompletionStage<List<Component>> room = first.scheduler()
                .look(Long.MAX_VALUE, 1, each -> each.toString().matches("ChatRoom#\\d+\\(front\\)") ? each : null);
        first.run();
        return room.toCompletableFuture().join().get(0).inbox("announcements");
    }

    @Test
    void nothingStaysWhenTheLastHasLeft() {
        Guest second = new Guest(2);
        second.leaves();
        assertThat(first.scheduler().counters().active())
                .as("pipeline, framer, guest, room")
                .isEqualTo(4);

        first.send("control", new ProducerFinished()).run();

        assertThat(first.scheduler().counters().active()).isZero();
        assertThat(first.events()).isEmpty();
        Guest third = new Guest(3);
        assertThat(third.heard()).containsExactly("* #3 has come");
    }

    @Test
    void theHallForgetsARoomThatAllHaveLeft() {
        ChatHall ofOne = new ChatHall("front");
        ComponentRig guest = ComponentRig.of(new Pipeline(new ChatGuest(ofOne, new ConnectionId(2), 1_024)));
        guest.run();
        assertThat(ofOne.rooms()).hasSize(1);

        guest.send("control", new ShutdownMicroprocess()).run();

        assertThat(ofOne.rooms()).isEmpty();
    }

    @Test
    void listenersDoNotHearEachOther() {
        Component other = new Chat()
                .serve("front", OptionsSchema.complete(new Chat(), new JsonObject()))
                .apply(connection(2));
        first.scheduler().activate(other);
        first.run();

        assertThat(heard()).containsExactly("* #1 has come");
    }

    private static ConnectionInfo connection(long number) {
        return new ConnectionInfo(
                new ConnectionId(number),
                "front",
                SocketAddress.inetSocketAddress(50_000, "192.0.2.7"),
                SocketAddress.inetSocketAddress(7, "192.0.2.1"),
                null,
                null);
    }

    private void says(String text) {
        first.send("inbox", Buffer.buffer(text)).run();
    }

    private List<String> heard() {
        return lines(first.take("outbox", Buffer.class));
    }

    private static List<String> lines(List<Buffer> buffers) {
        Buffer all = Buffer.buffer();
        buffers.forEach(all::appendBuffer);
        return all.toString().lines().toList();
    }

    /** A further connection on the scheduler of the first, and its client. */
    private final class Guest extends Component {
        private final Inbox<Buffer> in = inbox("inbox", Buffer.class);
        private final Component handler;

        Guest(long number) {
            in.bound(1 << 20);
            handler = hall.apply(connection(number));
            link(handler.outbox("outbox", Buffer.class), in);
            first.scheduler().activate(handler);
            first.run();
        }

        boolean offers(String text) {
            return tell(handler.inbox("inbox", Buffer.class), Buffer.buffer(text));
        }

        Guest says(String text) {
            assertThat(offers(text)).isTrue();
            first.run();
            return this;
        }

        void leaves() {
            tell(handler.control(), new ProducerFinished());
            first.run();
        }

        void isShutDown() {
            tell(handler.control(), new ShutdownMicroprocess());
            first.run();
        }

        List<String> heard() {
            List<Buffer> all = new ArrayList<>();
            for (Buffer next = in.poll(); next != null; next = in.poll()) {
                all.add(next);
            }
            return lines(all);
        }

        @Override
        protected Next step() {
            return PAUSE;
        }
    }
}
