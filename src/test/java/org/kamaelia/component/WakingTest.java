package org.kamaelia.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What wakes a component, and what does not. */
class WakingTest {
    private final HandDriven hand = new HandDriven();
    private final Probe sender = new Probe();
    private final Probe receiver = new Probe(1);
    private final Probe parent = new Probe();

    @Test
    void anActivatedComponentGetsATurnAndThenSleeps() {
        hand.start(sender);
        hand.run();

        assertThat(sender.turns).isEqualTo(1);
        assertThat(hand.scheduler.counters().awake()).isZero();
    }

    @Test
    void aDeliveryWakesOnlyTheOwnerOfTheFinalBox() {
        sender.link(sender.out, parent.in);
        parent.link(parent.in, receiver.in);
        hand.start(sender, parent, receiver);

        sender.out.send("hello");
        hand.run();

        assertThat(receiver.turns).isEqualTo(2);
        assertThat(parent.turns).isEqualTo(1);
        assertThat(sender.turns).as("sending does not wake the sender").isEqualTo(1);
    }

    @Test
    void aCollectionWakesTheSenderThatWasRefusedOnce() {
        sender.link(sender.out, receiver.in);
        hand.start(sender, receiver);
        sender.out.send("first");
        assertThat(sender.out.offer("refused")).isFalse();

        receiver.in.receive();
        hand.run();
        assertThat(sender.turns).isEqualTo(2);

        sender.out.send("second");
        receiver.in.receive();
        hand.run();
        assertThat(sender.turns).as("not refused since").isEqualTo(2);
    }

    @Test
    void aCollectionWakesTheSenderThatFoundNoRoom() {
        sender.link(sender.out, receiver.in);
        hand.start(sender, receiver);
        sender.out.send("first");
        assertThat(sender.out.hasRoom()).isFalse();

        receiver.in.receive();
        hand.run();

        assertThat(sender.turns).isEqualTo(2);
    }

    @Test
    void aCollectionDoesNotWakeASenderThatWasNeverRefused() {
        sender.link(sender.out, receiver.in);
        hand.start(sender, receiver);
        sender.out.send("first");

        receiver.in.receive();
        hand.run();

        assertThat(sender.turns).isEqualTo(1);
    }

    @Test
    void aCollectionDoesNotWakeASenderThatHasSucceededSince() {
        sender.link(sender.out, receiver.in);
        hand.start(sender, receiver);
        sender.out.send("first");
        assertThat(sender.out.hasRoom()).isFalse();
        receiver.in.bound(3);
        sender.out.send("second");
        hand.run();
        int turns = sender.turns;

        receiver.in.receive();
        hand.run();

        assertThat(sender.turns).isEqualTo(turns);
    }

    @Test
    void aRaisedBoundWakesThoseThatWereRefused() {
        sender.link(sender.out, receiver.in);
        hand.start(sender, receiver);
        sender.out.send("first");
        assertThat(sender.out.hasRoom()).isFalse();

        receiver.in.bound(2);
        hand.run();

        assertThat(sender.turns).isEqualTo(2);
    }

    @Test
    void aCollectionWakesRefusedSendersAlongAWholeChain() {
        parent.link(sender.out, parent.out);
        parent.link(parent.out, receiver.in);
        hand.start(sender, parent, receiver);
        sender.out.send("first");
        assertThat(sender.out.hasRoom()).isFalse();

        receiver.in.receive();
        hand.run();

        assertThat(sender.turns).isEqualTo(2);
        assertThat(parent.turns).as("its outbox only passes through").isEqualTo(1);
    }

    @Test
    void aCollectionWakesEveryRefusedSender() {
        List<Probe> senders = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Probe each = new Probe();
            each.link(each.out, receiver.in);
            senders.add(each);
            hand.start(each);
        }
        senders.get(0).out.send("first");
        senders.forEach(each -> assertThat(each.out.hasRoom()).isFalse());

        receiver.in.receive();
        hand.run();

        assertThat(senders).allSatisfy(each -> assertThat(each.turns).isEqualTo(2));
    }

    @Test
    void sendersThatShareAFullBoxTakeTurns() {
        List<Probe> senders = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Probe each = new Probe();
            each.link(each.out, receiver.in);
            each.does(() -> {
                boolean sent = true;
                while (sent) {
                    sent = each.out.offer("from " + each);
                }
                return Next.PAUSE;
            });
            senders.add(each);
            hand.start(each);
        }

        List<String> taken = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            taken.addAll(receiver.takeAll());
            hand.run();
        }

        assertThat(senders)
                .allSatisfy(each ->
                        assertThat(taken).filteredOn(("from " + each)::equals).hasSizeBetween(9, 11));
    }

    @Test
    void theOwnerOfABrokenLinkIsWokenByTheBreakAndNotByCollections() {
        Linkage linkage = sender.link(sender.out, receiver.in);
        hand.start(sender, receiver);
        sender.out.send("first");
        assertThat(sender.out.hasRoom()).isFalse();

        sender.unlink(linkage);
        hand.run();
        assertThat(sender.turns).as("what refused it is out of the way").isEqualTo(2);

        receiver.in.receive();
        hand.run();
        assertThat(sender.turns).isEqualTo(2);
    }

    @Test
    void aNewlyLinkedSenderIsTreatedLikeTheOthers() {
        Probe late = new Probe();
        sender.link(sender.out, receiver.in);
        hand.start(sender, receiver, late);
        sender.out.send("first");
        Linkage linkage = late.link(late.out, receiver.in);
        assertThat(late.out.hasRoom()).isFalse();
        late.unlink(linkage);
        late.link(late.out, receiver.in);
        assertThat(late.out.hasRoom()).isFalse();
        hand.run();
        int turns = late.turns;

        receiver.in.receive();
        hand.run();

        assertThat(late.turns).isEqualTo(turns + 1);
    }

    @Test
    void aWakeThatComesDuringAStepWinsOverItsPause() {
        sender.does(() -> {
            if (sender.turns == 1) {
                sender.wake();
            }
            return Next.PAUSE;
        });

        hand.start(sender);

        assertThat(sender.turns).isEqualTo(2);
    }

    @Test
    void aMessageThatAComponentSendsItselfIsNotSleptOver() {
        sender.link(sender.out, sender.in);
        sender.does(() -> {
            if (sender.turns == 1) {
                sender.out.send("to myself");
            }
            return Next.PAUSE;
        });

        hand.start(sender);

        assertThat(sender.turns).isEqualTo(2);
    }

    @Test
    void manyWakesGiveOneTurn() {
        hand.start(sender);

        sender.wake();
        sender.wake();
        sender.wake();
        hand.run();

        assertThat(sender.turns).isEqualTo(2);
    }

    @Test
    void wakingWhatWasNeverActivatedDoesNothing() {
        sender.wake();
        parent.tell(sender.in, "waits");
        hand.run();

        assertThat(sender.turns).isZero();
        assertThat(sender.isActive()).isFalse();
    }

    @Test
    void whatWaitedBeforeActivationIsThereInTheFirstTurn() {
        parent.tell(sender.in, "early");
        List<String> seen = new ArrayList<>();
        sender.does(() -> {
            seen.addAll(sender.takeAll());
            return Next.PAUSE;
        });

        hand.start(sender);

        assertThat(seen).containsExactly("early");
    }

    @Test
    void wakingWhatHasEndedDoesNothing() {
        sender.does(() -> Next.DONE);
        hand.start(sender);

        sender.wake();
        hand.run();

        assertThat(sender.turns).isEqualTo(1);
        assertThat(sender.hasEnded()).isTrue();
    }

    @Test
    void activatingTwiceDoesNothing() {
        hand.start(sender);

        hand.start(sender);

        assertThat(sender.turns).isEqualTo(1);
        assertThat(hand.scheduler.counters().active()).isEqualTo(1);
    }

    @Test
    void activatingWhatHasEndedIsRefused() {
        sender.does(() -> Next.DONE);
        hand.start(sender);

        assertThatIllegalStateException()
                .isThrownBy(() -> hand.start(sender))
                .withMessageContaining(sender + " has ended; make a new one");
        hand.run();

        assertThat(sender.turns).isEqualTo(1);
        assertThat(hand.scheduler.counters().active()).isZero();
    }

    @Test
    void activatingWhatRunsOnAnotherSchedulerIsRefused() {
        HandDriven other = new HandDriven();
        hand.start(sender);

        assertThatIllegalStateException()
                .isThrownBy(() -> other.start(sender))
                .withMessageContaining("active on another scheduler");

        assertThat(sender.scheduler()).isSameAs(hand.scheduler);
        assertThat(other.scheduler.counters().active()).isZero();
    }

    @Test
    void aChildsEndWakesItsParent() {
        parent.addChild(sender);
        hand.start(parent, sender);

        hand.scheduler.end(sender);
        hand.run();

        assertThat(parent.turns).isEqualTo(2);
        assertThat(parent.childrenEnded).containsExactly(sender);
    }

    @Test
    void aRemovedChildsEndDoesNotWakeItsFormerParent() {
        parent.addChild(sender);
        hand.start(parent, sender);
        parent.removeChild(sender);

        hand.scheduler.end(sender);
        hand.run();

        assertThat(parent.turns).isEqualTo(1);
        assertThat(parent.childrenEnded).isEmpty();
    }

    @Test
    void thePeersOfAnEndedComponentAreWokenIfItHadRefusedThem() {
        sender.link(sender.out, receiver.in);
        hand.start(sender, receiver);
        sender.out.send("first");
        assertThat(sender.out.hasRoom()).isFalse();

        hand.scheduler.end(receiver);
        hand.run();

        assertThat(sender.turns).isEqualTo(2);
        assertThat(sender.out.hasRoom()).isTrue();
    }

    @Test
    void aChainOfBlockedComponentsMovesOnFromItsEnd() {
        Probe last = new Probe(1);
        sender.link(sender.out, parent.in);
        parent.in.bound(1);
        parent.link(parent.out, last.in);
        for (Probe each : List.of(sender, parent)) {
            each.does(() -> {
                while (each.out.hasRoom()) {
                    String next = each == sender ? "m" + each.turns : each.in.poll();
                    if (next == null) {
                        return Next.PAUSE;
                    }
                    each.out.send(next);
                }
                return Next.PAUSE;
            });
        }
        hand.start(sender, parent, last);
        assertThat(hand.scheduler.counters().awake()).isZero();

        for (int i = 0; i < 100; i++) {
            assertThat(last.takeAll()).as("round %d", i).hasSize(1);
            hand.run();
        }
    }
}
