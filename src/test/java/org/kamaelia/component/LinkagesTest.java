package org.kamaelia.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Where messages go, and what a change of linkages does to those that wait. */
class LinkagesTest {
    private final HandDriven hand = new HandDriven();
    private final Probe sender = new Probe();
    private final Probe receiver = new Probe();
    private final Probe parent = new Probe();
    private final Probe child = new Probe();

    @Test
    void aMessageFromAnUnlinkedOutboxVanishesAndIsCounted() {
        hand.start(sender);

        sender.out.send("hello?");

        assertThat(sender.out.hasRoom()).isTrue();
        assertThat(hand.scheduler.counters().toNowhere()).isEqualTo(1);
    }

    @Test
    void aMessageGoesStraightToTheInboxItsOutboxLeadsTo() {
        Linkage linkage = parent.link(sender.out, receiver.in);
        sender.out.send("hello");

        assertThat(receiver.takeAll()).containsExactly("hello");
        assertThat(linkage.source()).isSameAs(sender.out);
        assertThat(linkage.sink()).isSameAs(receiver.in);
        assertThat(linkage.isLinked()).isTrue();
        assertThat(linkage).hasToString(sender.out + " -> " + receiver.in);
    }

    @Test
    void aBoxHasAtMostOneDestination() {
        sender.link(sender.out, receiver.in);

        assertThatExceptionOfType(BoxAlreadyLinked.class)
                .isThrownBy(() -> sender.link(sender.out, parent.in))
                .withMessageContaining("unlink it before");
        sender.out.send("still there");
        assertThat(receiver.takeAll()).containsExactly("still there");
    }

    @Test
    void manyOutboxesMayLeadToOneInbox() {
        Probe second = new Probe();
        sender.link(sender.out, receiver.in);
        second.link(second.out, receiver.in);

        sender.out.send("a");
        second.out.send("b");
        sender.out.send("c");

        assertThat(receiver.takeAll()).containsExactly("a", "b", "c");
    }

    @Test
    void aParentHandsItsInboxOnToAChild() {
        sender.link(sender.out, parent.in);
        parent.link(parent.in, child.in);

        sender.out.send("for the child");

        assertThat(parent.in.dataReady()).as("dataReady asks the own storage").isFalse();
        assertThat(child.takeAll()).containsExactly("for the child");
    }

    @Test
    void aChildsOutboxPassesThroughItsParents() {
        parent.link(child.out, parent.out);
        child.out.send("too early: the parent's outbox is not linked");
        parent.link(parent.out, receiver.in);

        child.out.send("hello");

        assertThat(receiver.takeAll()).containsExactly("hello");
    }

    @Test
    void everyBoxOfAChainKnowsItsEndWheneverALinkChanges() {
        Probe grandchild = new Probe();
        parent.link(child.out, parent.out);
        Linkage middle = sender.link(parent.out, sender.in);
        sender.link(sender.in, grandchild.in);
        assertThat(child.out.destination()).isSameAs(grandchild.in);

        sender.unlink(middle);
        assertThat(child.out.destination()).isNull();
        assertThat(parent.out.destination()).isNull();

        sender.link(parent.out, receiver.in);
        assertThat(child.out.destination()).isSameAs(receiver.in);
    }

    @Test
    void linkingMovesWhatWaitsInOrder() {
        sender.link(sender.out, parent.in);
        sender.out.send("1");
        sender.out.send("2");
        child.in.bound(3);
        parent.tell(child.in, "0");

        parent.link(parent.in, child.in);
        assertThat(sender.out.offer("4")).isFalse();

        assertThat(child.takeAll()).containsExactly("0", "1", "2");
        assertThat(parent.in.dataReady()).isFalse();
    }

    @Test
    void linkingWakesTheOwnerThatWhatWaitedWasMovedTo() {
        sender.link(sender.out, parent.in);
        hand.start(child);
        sender.out.send("1");

        parent.link(parent.in, child.in);
        hand.run();

        assertThat(child.turns).isEqualTo(2);
    }

    @Test
    void whatDoesNotFitIsNeitherMovedNorLinkedNorLost() {
        child.in.bound(2);
        parent.tell(child.in, "0");
        parent.tell(parent.in, "1");
        parent.tell(parent.in, "2");

        assertThatExceptionOfType(NoSpaceInBox.class).isThrownBy(() -> parent.link(parent.in, child.in));

        assertThat(parent.in.isLinked()).isFalse();
        assertThat(parent.takeAll()).containsExactly("1", "2");
        assertThat(child.takeAll()).containsExactly("0");
        sender.link(sender.out, parent.in);
        assertThat(sender.out.destination()).isSameAs(parent.in);
    }

    @Test
    void onlyTheFinalBoxsBoundCounts() {
        parent.in.bound(1);
        child.in.bound(2);
        sender.link(sender.out, parent.in);
        Linkage handedOn = parent.link(parent.in, child.in);

        assertThat(sender.out.offer("1")).isTrue();
        assertThat(sender.out.offer("2")).isTrue();
        assertThat(sender.out.offer("3")).isFalse();

        parent.unlink(handedOn);
        assertThat(sender.out.offer("for the parent"))
                .as("now the parent's bound counts")
                .isTrue();
        assertThat(sender.out.offer("too many")).isFalse();
        assertThat(parent.takeAll()).containsExactly("for the parent");
        assertThat(child.takeAll()).as("what was delivered stays").containsExactly("1", "2");
    }

    @Test
    void aComponentUndoesOnlyTheLinkagesThatItMade() {
        Linkage others = sender.link(sender.out, receiver.in);

        parent.unlink(others);

        assertThat(others.isLinked()).isTrue();
        sender.unlink(others);
        assertThat(others.isLinked()).isFalse();
        assertThat(sender.out.isLinked()).isFalse();
        sender.unlink(others);
    }

    @Test
    void unlinkingAComponentLeavesWhatOthersMade() {
        Probe other = new Probe();
        Linkage othersIn = other.link(other.out, child.in);
        Linkage in = parent.link(sender.out, child.in);
        Linkage in2 = parent.link(parent.out, child.in);
        Linkage out = parent.link(child.out, receiver.in);

        parent.unlink(child);

        assertThat(in.isLinked()).isFalse();
        assertThat(in2.isLinked()).isFalse();
        assertThat(out.isLinked()).isFalse();
        assertThat(othersIn.isLinked()).isTrue();
    }

    @Test
    void removingAChildUndoesTheParentsLinkagesToIt() {
        parent.addChild(child);
        Linkage in = parent.link(parent.in, child.in);
        Linkage others = sender.link(sender.out, child.in);

        parent.removeChild(child);

        assertThat(in.isLinked()).isFalse();
        assertThat(others.isLinked()).isTrue();
        assertThat(parent.hasChildren()).isFalse();
    }

    @Test
    void anEndUndoesWhatTheComponentMadeAndWhatLeadsToAndFromIt() {
        hand.start(sender, receiver, parent, child);
        Linkage made = parent.link(sender.out, receiver.in);
        Linkage to = child.link(child.out, parent.in);
        Linkage from = receiver.link(parent.out, child.in);

        hand.scheduler.end(parent);

        assertThat(made.isLinked()).isFalse();
        assertThat(to.isLinked()).isFalse();
        assertThat(from.isLinked()).isFalse();
        assertThat(sender.firstMade).isNull();
        assertThat(receiver.firstMade).isNull();
        assertThat(child.firstMade).isNull();
        assertThat(receiver.in.firstIn).isNull();
        assertThat(child.in.firstIn).isNull();
        assertThat(parent.firstMade).isNull();
    }

    @Test
    void aCircleIsRefused() {
        parent.link(parent.in, child.in);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> child.link(child.in, parent.in))
                .withMessageContaining("circle");
        assertThatIllegalArgumentException().isThrownBy(() -> sender.link(sender.in, sender.in));
    }

    @Test
    void anInboxThatIsHandedOnIsNotHandedOnTwice() {
        Probe second = new Probe();
        parent.link(parent.in, child.in);

        assertThatExceptionOfType(BoxAlreadyLinked.class).isThrownBy(() -> parent.link(parent.in, second.in));
        parent.tell(parent.in, "for the child");

        assertThat(child.takeAll()).containsExactly("for the child");
    }

    @Test
    void aBoxOfAnEndedComponentIsNotLinked() {
        hand.start(sender, receiver);
        hand.scheduler.end(receiver);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> parent.link(sender.out, receiver.in))
                .withMessageContaining(receiver.in + ": its component has ended");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parent.link(receiver.out, sender.in))
                .withMessageContaining(receiver.out + ": its component has ended");
        assertThat(sender.out.isLinked()).isFalse();
        assertThat(receiver.out.isLinked()).isFalse();
    }

    @Test
    void aBoxThatWasRemovedIsNotLinked() {
        Outbox<String> out = sender.addOutbox("extra", String.class);
        Inbox<String> in = receiver.addInbox("extra", String.class);
        sender.remove(out);
        receiver.remove(in);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> parent.link(out, receiver.in))
                .withMessageContaining("extra: it has been removed");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parent.link(sender.out, in))
                .withMessageContaining("extra: it has been removed");
    }

    @Test
    void anEndedComponentMakesNoLinkageThatNobodyWouldUndo() {
        hand.start(parent);
        hand.scheduler.end(parent);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> parent.link(sender.out, receiver.in))
                .withMessageContaining(parent + ", which links them, has ended");
    }

    @Test
    void aLinkageMadeInTheEndHookIsUndoneByTheEnd() {
        parent.whenEnded = failure -> parent.link(sender.out, receiver.in);
        hand.start(parent);

        hand.scheduler.end(parent);

        assertThat(parent.ends).containsOnlyNulls();
        assertThat(sender.out.isLinked()).isFalse();
    }

    @Test
    void boxesOfTwoSchedulersAreNotLinked() {
        hand.start(sender);
        new HandDriven().start(receiver);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> sender.link(sender.out, receiver.in))
                .withMessageContaining("different schedulers");

        hand.start(child);
        for (Outbox<String> source : List.of(receiver.out, parent.out)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> child.link(source, receiver.in))
                    .withMessageContaining(child + ", which links them, runs on another scheduler");
        }
    }

    @Test
    void boxesWhoseTypesOnlyShowAtRunTimeMustFit() {
        Outbox<Integer> numbers = sender.addOutbox("numbers", Integer.class);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> sender.linkUntyped(numbers, receiver.in))
                .withMessageContaining("String, not Integer");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sender.linkUntyped(sender.in, sender.out))
                .withMessageContaining("cannot lead to an outbox");
        assertThat(sender.linkUntyped(sender.out, receiver.in).isLinked()).isTrue();
    }

    @Test
    @SuppressWarnings({"unchecked", "rawtypes"})
    void boxesLinkedByRawTypesMustFit() {
        Inbox numbers = receiver.addInbox("numbers", Integer.class);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> sender.link((Outbox) sender.out, numbers))
                .withMessageContaining("the one carries String, the other Integer");
        assertThatIllegalArgumentException().isThrownBy(() -> sender.link((Inbox) sender.in, numbers));
        assertThat(sender.out.isLinked()).isFalse();
        assertThat(numbers.hasSources()).isFalse();
    }

    @Test
    void aBoxMayLeadToOneThatTakesMore() {
        Inbox<Object> anything = receiver.addInbox("anything", Object.class);
        sender.link(sender.out, anything);

        sender.out.send("a word");

        assertThat(anything.receive()).isEqualTo("a word");
    }

    @Test
    void whatAnEndedReceiverIsSentGoesNowhere() {
        hand.start(sender, receiver);
        sender.link(sender.out, receiver.in);
        sender.out.send("waits");

        hand.scheduler.end(receiver);
        sender.out.send("late");

        assertThat(sender.out.isLinked()).isFalse();
        assertThat(hand.scheduler.counters().toNowhere()).isEqualTo(2);
    }

    @Test
    void aMessageThatHoldsSomethingIsToldWhenItGoesNowhere() {
        Outbox<Held> out = sender.addOutbox("held", Held.class);
        Inbox<Held> in = receiver.addInbox("held", Held.class);
        Held unlinked = new Held();
        Held waiting = new Held();
        Held collected = new Held();
        Held late = new Held();
        hand.start(sender, receiver);

        out.send(unlinked);
        sender.link(out, in);
        out.send(collected);
        in.receive();
        out.send(waiting);
        hand.scheduler.end(receiver);
        sender.tell(in, late);

        assertThat(unlinked.told).isEqualTo(1);
        assertThat(waiting.told).isEqualTo(1);
        assertThat(late.told).isEqualTo(1);
        assertThat(collected.told).isZero();
    }

    private static final class Held implements Undeliverable {
        int told;

        @Override
        public void undelivered() {
            told++;
        }
    }

    @Test
    void whatIsLinkedToAnotherSchedulersComponentIsNotActivatedHere() {
        HandDriven elsewhere = new HandDriven();
        Probe sender = new Probe();
        Probe receiver = new Probe();
        sender.link(sender.out, receiver.in);
        elsewhere.start(receiver);

        assertThatIllegalStateException()
                .isThrownBy(() -> hand.scheduler.activate(sender))
                .withMessageContaining("Probe (not active).outbox -> Probe#1.inbox")
                .withMessageContaining("linkAcross");
        assertThat(sender.isActive()).isFalse();
        elsewhere.start(sender);
        assertThat(sender.isActive()).isTrue();
    }

    @Test
    void whatAnotherSchedulersComponentHasLinkedIsNotActivatedHere() {
        HandDriven elsewhere = new HandDriven();
        elsewhere.start(parent);
        parent.link(sender.out, receiver.in);

        for (Probe each : new Probe[] {sender, receiver}) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> hand.scheduler.activate(each))
                    .withMessageContaining(parent + " runs on another scheduler");
        }
        elsewhere.start(sender, receiver);
        assertThat(receiver.isActive()).isTrue();
    }
}
