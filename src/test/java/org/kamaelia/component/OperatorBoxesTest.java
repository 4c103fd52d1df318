package org.kamaelia.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Boxes that take messages of operators, and tell when those are collected. */
class OperatorBoxesTest {
    private final HandDriven hand = new HandDriven();

    /** What an operator may change while it runs. */
    private record Limit(int perSecond) {
        static final ForOperators<Limit> BOX = ForOperators.object(
                Limit.class, "{\"perSecond\": whole number}", given -> new Limit((Integer) given.get("perSecond")));
    }

    private static final class Desk extends Component {
        final Inbox<String> notices = addInbox("notices", ForOperators.text("a line for everybody"), 3);
        final Inbox<Limit> limits = addInbox("limits", Limit.BOX);
        final Inbox<String> inbox = inbox("inbox", String.class);
        final Outbox<String> outbox = outbox("outbox", String.class);

        @Override
        protected Next step() {
            return PAUSE;
        }
    }

    private final Desk desk = new Desk();

    private static boolean isCollected(Receipt receipt) {
        CompletableFuture<Boolean> collected = receipt.collected().toCompletableFuture();
        return collected.isDone() && collected.join();
    }

    @Test
    void aMessageIsCollectedWhenItIsTakenAfterThoseBeforeIt() {
        desk.link(desk.outbox, desk.notices);
        hand.start(desk);
        desk.outbox.send("linked");

        Receipt first = desk.notices.handIn("first");
        desk.outbox.send("linked too");
        assertThat(first.outcome()).isEqualTo(Outcome.DELIVERED);
        assertThat(first.before()).isEqualTo(1);
        assertThat(desk.notices.receive()).isEqualTo("linked");
        assertThat(isCollected(first)).isFalse();

        assertThat(desk.notices.receive()).isEqualTo("first");
        assertThat(isCollected(first)).isTrue();
        assertThat(desk.notices.poll()).isEqualTo("linked too");
        assertThat(desk.notices.poll()).isNull();

        Receipt next = desk.notices.handIn("next");
        assertThat(next.before()).isZero();
        assertThat(isCollected(next)).isFalse();
        desk.notices.receive();
        assertThat(isCollected(next)).isTrue();
    }

    @Test
    void itWakesTheComponent() {
        hand.start(desk);
        long before = hand.scheduler.counters().steps();

        desk.notices.handIn("hello");
        hand.run();

        assertThat(hand.scheduler.counters().steps() - before).isEqualTo(1);
    }

    @Test
    void aFullBoxRefusesAndQueuesNothing() {
        hand.start(desk);
        for (String each : List.of("a", "b", "c")) {
            desk.notices.handIn(each);
        }

        Receipt refused = desk.notices.handIn("d");

        assertThat(refused.outcome()).isEqualTo(Outcome.FULL);
        assertThat(isCollected(refused)).isFalse();
        assertThat(desk.notices.size()).isEqualTo(3);
    }

    @Test
    void messagesAreMadeOfObjectsAndWhatIsWrongWithOneIsToldInWordsForOperators() {
        hand.start(desk);

        desk.limits.handIn(Map.of("perSecond", 7));
        assertThat(desk.limits.receive()).isEqualTo(new Limit(7));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> desk.limits.handIn("7"))
                .withMessage("it takes an object: {\"perSecond\": whole number}");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> desk.limits.handIn(Map.of("perSecond", "seven")))
                .withMessageEndingWith("it takes {\"perSecond\": whole number}");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> desk.notices.handIn(Map.of()))
                .withMessage("it takes a text: a line for everybody");
        assertThat(desk.limits.dataReady()).isFalse();
    }

    @Test
    void aReaderThatMakesNothingRefuses() {
        Inbox<String> box = desk.addInbox("none", ForOperators.text(String.class, "nothing", text -> null));

        assertThatIllegalArgumentException().isThrownBy(() -> box.handIn("a")).withMessage("it takes nothing");
    }

    @Test
    void anInboxThatDoesNotDeclareItTakesNothing() {
        hand.start(desk);

        assertThat(desk.inbox.forOperators()).isNull();
        assertThatExceptionOfType(NotForOperators.class)
                .isThrownBy(() -> desk.inbox.handIn("a"))
                .withMessage("OperatorBoxesTest.Desk#1.inbox does not take messages of operators");
    }

    @Test
    void whatWaitsWhenTheComponentEndsIsNeverCollected() {
        hand.start(desk);
        Receipt waiting = desk.notices.handIn("a");

        hand.scheduler.end(desk);

        assertThat(waiting.collected().toCompletableFuture().join()).isFalse();
        assertThat(desk.notices.handIn("b").outcome()).isEqualTo(Outcome.GONE);
    }

    @Test
    void aBoxThatIsPassedOnTakesWhatTheLastOneDeclares() {
        Desk child = new Desk();
        desk.link(desk.notices, child.notices);
        desk.link(desk.limits, new Desk().limits);
        hand.start(desk, child);

        Receipt passedOn = desk.notices.handIn("a");
        assertThat(isCollected(passedOn)).isFalse();
        assertThat(child.notices.receive()).isEqualTo("a");
        assertThat(isCollected(passedOn)).isTrue();
    }

    @Test
    void aBoxThatIsPassedOnToOneThatDeclaresNothingTakesNothing() {
        Desk child = new Desk();
        desk.link(desk.notices, child.inbox);
        hand.start(desk, child);

        assertThat(desk.notices.forOperators()).isNull();
        assertThatExceptionOfType(NotForOperators.class)
                .isThrownBy(() -> desk.notices.handIn("a"))
                .withMessageEndingWith(
                        "does not take messages of operators: they would go on to OperatorBoxesTest.Desk#2.inbox");
    }

    @Test
    void aSnapshotShowsWhatABoxTakes() {
        hand.start(desk);

        List<BoxSnapshot> boxes = ComponentSnapshot.of(desk).boxes();

        assertThat(boxes)
                .filteredOn(each -> each.operators() != null)
                .extracting(BoxSnapshot::name)
                .containsExactly("notices", "limits");
        assertThat(Limit.BOX.form()).isEqualTo(ForOperators.Form.OBJECT);
        assertThat(Limit.BOX.takes()).contains("perSecond");
    }

    @Test
    void signalsAreNotForOperators() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> desk.addInbox(
                        "stop", ForOperators.text(Signal.class, "a reason", text -> new ProducerFinished())))
                .withMessageContaining("carries signals");
    }

    @Test
    void onlyItsOwnThreadHandsIn() throws Exception {
        hand.start(desk);

        CompletableFuture<Receipt> elsewhere = CompletableFuture.supplyAsync(() -> desk.notices.handIn("a"));

        assertThatIllegalStateException()
                .isThrownBy(() -> {
                    try {
                        elsewhere.join();
                    } catch (java.util.concurrent.CompletionException e) {
                        throw e.getCause();
                    }
                })
                .withMessageContaining("is used from thread");
    }
}
