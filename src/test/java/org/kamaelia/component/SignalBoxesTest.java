package org.kamaelia.component;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Signals are never refused, and yet a box of them is bounded. */
class SignalBoxesTest {
    private final HandDriven hand = new HandDriven();
    private final Probe sender = new Probe();
    private final Probe other = new Probe();
    private final Probe receiver = new Probe();

    private record Notice(int number) implements Notify {}

    SignalBoxesTest() {
        sender.link(sender.signal(), receiver.control());
        other.link(other.signal(), receiver.control());
        hand.start(sender, other, receiver);
    }

    @Test
    void aSignalIsNeverRefusedAndTheBoxStaysBounded() {
        for (int i = 0; i < 100_000; i++) {
            sender.signal().send(new ProducerFinished(i));
            sender.signal().send(new EndInput(i));
            sender.signal().send(new ServerDraining(Duration.ofSeconds(i)));
            sender.signal().send(new Notice(i));
            sender.tell(receiver.control(), new ShutdownMicroprocess(i));
        }

        assertThat(sender.signal().hasRoom()).isTrue();
        assertThat(receiver.control().size()).isLessThan(20);
    }

    @Test
    void everySourceHasItsOwnPlace() {
        sender.signal().send(new ProducerFinished("one"));
        other.signal().send(new ProducerFinished("two"));
        hand.scheduler.ingress().deliver(receiver.control(), new ProducerFinished("three"));
        hand.run();

        assertThat(taken())
                .extracting(Object::toString)
                .containsExactly("ProducerFinished(one)", "ProducerFinished(two)", "ProducerFinished(three)");
    }

    @Test
    void aShutdownTakesThePlaceOfAFarewellThatStillWaits() {
        sender.signal().send(new ProducerFinished());
        sender.signal().send(new ShutdownMicroprocess("now"));

        assertThat(taken()).singleElement().isInstanceOf(ShutdownMicroprocess.class);
    }

    @Test
    void aFarewellDoesNotWeakenAShutdownThatStillWaits() {
        sender.signal().send(new ShutdownMicroprocess("now"));
        sender.signal().send(new ProducerFinished());

        assertThat(taken()).singleElement().isInstanceOf(ShutdownMicroprocess.class);
    }

    @Test
    void ofTwoFarewellsTheOneThatTellsHowTheSocketDiedStays() {
        SocketShutdown death = new SocketShutdown(sender, "reset");
        sender.signal().send(death);
        sender.signal().send(new ProducerFinished());
        other.signal().send(new ProducerFinished());
        other.signal().send(death);

        assertThat(taken()).containsExactly(death, death);
    }

    @Test
    void ofTwoServerShutdownsEachTimeoutIsTheShorter() {
        sender.signal().send(new ServerShutdown(Duration.ofSeconds(30), Duration.ofSeconds(1), "first"));
        sender.signal().send(new ServerShutdown(Duration.ofSeconds(2), Duration.ofSeconds(10), null));

        assertThat(taken()).singleElement().isInstanceOfSatisfying(ServerShutdown.class, merged -> {
            assertThat(merged.drainTimeout()).isEqualTo(Duration.ofSeconds(2));
            assertThat(merged.closeTimeout()).isEqualTo(Duration.ofSeconds(1));
            assertThat(merged.reason()).isEqualTo("first");
        });
    }

    @Test
    void aServerShutdownThatNamesItsTimeoutsIsNotWeakenedByOneThatDoesNot() {
        sender.signal().send(new ServerShutdown(Duration.ZERO, null, "hurry"));
        sender.signal().send(new ServerShutdown(null, Duration.ZERO, "really"));
        sender.signal().send(new ServerShutdown());

        assertThat(taken()).singleElement().isInstanceOfSatisfying(ServerShutdown.class, merged -> {
            assertThat(merged.drainTimeout()).isZero();
            assertThat(merged.closeTimeout()).isZero();
            assertThat(merged.reason()).isEqualTo("really");
        });
    }

    @Test
    void signalsOfDifferentKindsKeepTheirOrder() {
        EndInput end = new EndInput(null);
        ProducerFinished finished = new ProducerFinished();
        ServerDraining draining = new ServerDraining(Duration.ofSeconds(1));
        sender.signal().send(draining);
        sender.signal().send(end);
        sender.signal().send(finished);

        assertThat(taken()).containsExactly(draining, end, finished);
    }

    @Test
    void aSignalAlreadyTakenMergesWithNothing() {
        sender.signal().send(new ProducerFinished("first"));
        assertThat(taken()).hasSize(1);

        sender.signal().send(new ProducerFinished("second"));

        assertThat(taken()).extracting(Object::toString).containsExactly("ProducerFinished(second)");
    }

    @Test
    void aNoticeRepeatedIsHeldOnce() {
        sender.signal().send(new Notice(1));
        sender.signal().send(new Notice(1));

        assertThat(taken()).containsExactly(new Notice(1));
    }

    @Test
    void theLastOfAlternatingNoticesCounts() {
        List.of(1, 2, 1).forEach(number -> sender.signal().send(new Notice(number)));

        assertThat(taken()).containsExactly(new Notice(1), new Notice(2), new Notice(1));
    }

    @Test
    void ofTooManyNoticesTheOldestGoNowhereAndAreCounted() {
        IntStream.rangeClosed(1, 6).forEach(i -> sender.signal().send(new Notice(i)));
        ProducerFinished finished = new ProducerFinished();
        sender.signal().send(finished);
        IntStream.rangeClosed(7, 11).forEach(i -> sender.signal().send(new Notice(i)));

        List<Signal> taken = taken();

        assertThat(taken).hasSize(SignalInbox.NOTICES_PER_SOURCE + 1).contains(finished);
        taken.remove(finished);
        assertThat(taken)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(4, 11).mapToObj(Notice::new).toList());
        assertThat(hand.scheduler.counters().toNowhere()).isEqualTo(3);
    }

    @Test
    void linkingMovesTheSignalsOfManySourcesWithoutMergingThem() {
        Probe child = new Probe();
        sender.signal().send(new ProducerFinished("one"));
        other.signal().send(new ProducerFinished("two"));

        receiver.link(receiver.control(), child.control());

        assertThat(child.control().size()).isEqualTo(2);
        sender.signal().send(new ProducerFinished("three"));
        assertThat(child.control().size()).isEqualTo(3);
    }

    @Test
    void aSignalFromOutsideIsNotLostAfterThoseBeforeItWereMovedAway() {
        Probe child = new Probe();
        sender.tell(receiver.control(), new ProducerFinished("for the child"));
        Linkage lent = receiver.link(receiver.control(), child.control());
        receiver.unlink(lent);

        sender.tell(receiver.control(), new ProducerFinished("for the receiver"));

        assertThat(taken()).extracting(Object::toString).containsExactly("ProducerFinished(for the receiver)");
    }

    @Test
    void aSignalAfterRelinkingDoesNotMergeWithOneInTheBoxLeftBehind() {
        Probe second = new Probe();
        sender.signal().send(new ProducerFinished("first"));
        sender.unlink(receiver);
        sender.link(sender.signal(), second.control());

        sender.signal().send(new ProducerFinished("second"));

        assertThat(second.control().size()).isEqualTo(1);
        assertThat(taken()).extracting(Object::toString).containsExactly("ProducerFinished(first)");
    }

    @Test
    void aSignalWakesItsReceiver() {
        sender.signal().send(new ProducerFinished());
        hand.run();

        assertThat(receiver.turns).isEqualTo(2);
    }

    @Test
    void aSignalToAnEndedComponentGoesNowhere() {
        hand.scheduler.end(receiver);

        sender.tell(receiver.control(), new ProducerFinished());

        assertThat(hand.scheduler.counters().toNowhere()).isEqualTo(1);
    }

    @Test
    void socketShutdownIsAFarewellAndServerShutdownAShutdown() {
        assertThat(new SocketShutdown(sender, "gone")).isInstanceOf(ProducerFinished.class);
        assertThat(new ServerShutdown()).isInstanceOf(ShutdownMicroprocess.class);
        assertThat(new SocketShutdown(sender, "gone").reason()).isEqualTo("gone");
        assertThat(new ServerShutdown(Duration.ofSeconds(1), Duration.ofSeconds(2), null))
                .returns(Duration.ofSeconds(1), ServerShutdown::drainTimeout)
                .returns(Duration.ofSeconds(2), ServerShutdown::closeTimeout);
        assertThat(new ShutdownMicroprocess("why")).hasToString("ShutdownMicroprocess(why)");
        assertThat(new ProducerFinished()).hasToString("ProducerFinished");
    }

    private List<Signal> taken() {
        List<Signal> all = new ArrayList<>();
        for (Signal next = receiver.control().poll();
                next != null;
                next = receiver.control().poll()) {
            all.add(next);
        }
        return all;
    }
}
