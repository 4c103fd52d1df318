package org.kamaelia.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Boxes by themselves: names, types, order, bounds. */
class BoxesTest {
    private final HandDriven hand = new HandDriven();
    private final Probe sender = new Probe();
    private final Probe receiver = new Probe(3);

    /** A component that has asked for none of its boxes. */
    private static final class Bare extends Component {
        @Override
        protected Next step() {
            return PAUSE;
        }
    }

    @Test
    void everyComponentHasTheFourStandardBoxes() {
        Bare bare = new Bare();

        assertThat(bare.inbox("inbox", String.class).name()).isEqualTo("inbox");
        assertThat(bare.outbox("outbox", String.class).name()).isEqualTo("outbox");
        assertThat(bare.control().name()).isEqualTo("control");
        assertThat(bare.signal().name()).isEqualTo("signal");
    }

    @Test
    void aStandardBoxIsMadeOnceAndThenFound() {
        Bare bare = new Bare();

        assertThat(bare.inbox("inbox", String.class)).isSameAs(bare.inbox("inbox", String.class));
        assertThat(bare.control()).isSameAs(bare.inbox("control"));
    }

    @Test
    void aBoxThatDoesNotExistIsRefusedWithTheNamesOfThoseThatDo() {
        assertThatExceptionOfType(NoSuchElementException.class)
                .isThrownBy(() -> sender.inbox("lobby", String.class))
                .withMessageContaining("no inbox \"lobby\"")
                .withMessageContaining("outbox");
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(() -> sender.outbox("exit", String.class));
    }

    @Test
    void aBoxAskedForByAnotherTypeIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sender.inbox("inbox", Integer.class))
                .withMessageContaining("String, not Integer");
    }

    @Test
    void boxesAreListedInTheOrderTheyWereMade() {
        Bare bare = new Bare();
        Inbox<String> first = bare.addInbox("first", String.class);
        Outbox<String> second = bare.addOutbox("second", String.class);
        Inbox<String> third = bare.addInbox("third", String.class);

        assertThat(bare.boxes()).containsExactly(first, second, third);
    }

    @Test
    void aNameAlreadyTakenGetsASuffix() {
        Bare bare = new Bare();
        bare.addInbox("jobs", String.class);

        assertThat(bare.addInbox("jobs", String.class).name()).isEqualTo("jobs_1");
        assertThat(bare.addOutbox("jobs", String.class).name()).isEqualTo("jobs_2");
    }

    @Test
    void messagesComeOutInTheOrderTheyWentInThroughGrowthAndWrapping() {
        Inbox<Integer> box = receiver.addInbox("numbers", Integer.class, 10_000);
        Outbox<Integer> out = sender.addOutbox("numbers", Integer.class);
        sender.link(out, box);
        int next = 0;
        int expected = 0;
        for (int round = 1; round <= 60; round++) {
            for (int i = 0; i < 3 * round; i++) {
                out.send(next++);
            }
            for (int i = 0; i < 2 * round; i++) {
                assertThat(box.receive()).isEqualTo(expected++);
            }
        }
        assertThat(box.size()).isEqualTo(next - expected);
        while (box.dataReady()) {
            assertThat(box.receive()).isEqualTo(expected++);
        }

        out.send(next);
        assertThat(box.receive()).as("after a large queue was given back").isEqualTo(next);
    }

    @Test
    void anEmptyBoxAnswersPollWithNullAndReceiveWithAnError() {
        assertThat(receiver.in.poll()).isNull();
        assertThatExceptionOfType(NoSuchElementException.class)
                .isThrownBy(receiver.in::receive)
                .withMessageContaining("is empty");
    }

    @Test
    void aFullBoxRefusesAndQueuesNothing() {
        sender.link(sender.out, receiver.in);
        IntStream.range(0, 3).forEach(i -> sender.out.send("m" + i));

        assertThat(sender.out.hasRoom()).isFalse();
        assertThat(sender.out.offer("too many")).isFalse();
        assertThatExceptionOfType(NoSpaceInBox.class)
                .isThrownBy(() -> sender.out.send("too many"))
                .withMessageContaining("3 of 3 messages");
        assertThat(receiver.takeAll()).containsExactly("m0", "m1", "m2");
    }

    @Test
    void everySenderIsRefusedByAFullBox() {
        Probe other = new Probe();
        sender.link(sender.out, receiver.in);
        other.link(other.out, receiver.in);
        IntStream.range(0, 3).forEach(i -> sender.out.send("m" + i));

        assertThat(other.out.offer("too many")).isFalse();
    }

    @Test
    void aBoundCanBeRaisedAndLoweredAtRunTime() {
        sender.link(sender.out, receiver.in);
        IntStream.range(0, 3).forEach(i -> sender.out.send("m" + i));

        receiver.in.bound(4);
        assertThat(sender.out.offer("one more")).isTrue();
        receiver.in.bound(1);
        assertThat(receiver.in.size()).as("what waits stays").isEqualTo(4);
        assertThat(sender.out.hasRoom()).isFalse();
    }

    @Test
    void aBoundBelowOneIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> receiver.in.bound(0))
                .withMessageContaining("at least 1, not 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> receiver.addInbox("more", String.class, -1))
                .withMessage("the bound of " + receiver
                        + ".more must be at least 1, or 0 for the default of String, not -1");
        assertThat(receiver.hasBox("more")).isFalse();
    }

    @Test
    void aBoxHasABoundEvenIfNobodyNamedOne() {
        assertThat(sender.in.bound()).isEqualTo(1_000);
        assertThat(sender.in.unit()).isEqualTo("messages");
    }

    @Test
    void aMessageThatIsNullIsRefusedWhereItIsSent() {
        sender.link(sender.out, receiver.in);
        sender.link(sender.signal(), receiver.control());

        assertThatNullPointerException().isThrownBy(() -> sender.out.send(null));
        assertThatNullPointerException().isThrownBy(() -> sender.signal().send(null));
        assertThatNullPointerException().isThrownBy(() -> sender.tell(receiver.in, null));
        assertThatNullPointerException().isThrownBy(() -> hand.scheduler.deliver(receiver.in, null));
        assertThatNullPointerException()
                .isThrownBy(() -> hand.scheduler.ingress().deliver(receiver.in, null));
        assertThat(receiver.in.size()).isZero();
        assertThat(receiver.in.used()).isZero();
    }

    @Test
    @SuppressWarnings({"unchecked", "rawtypes"})
    void aMessageOfAWrongTypeIsRefusedWhereItComesIn() {
        Inbox raw = receiver.in;
        hand.start(sender, receiver);
        String says = receiver.in + " carries java.lang.String, not java.lang.Integer";

        assertThatIllegalArgumentException()
                .isThrownBy(() -> sender.tell(raw, 1601))
                .withMessage(says);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> hand.scheduler.deliver(raw, 1601))
                .withMessage(says);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> hand.scheduler.ingress().deliver(raw, 1601))
                .withMessage(says);
        hand.run();

        assertThat(receiver.in.dataReady()).isFalse();
        assertThat(receiver.turns).isEqualTo(1);
    }

    @Test
    void aMessageOfASubtypeComesInEverywhere() {
        Inbox<Number> in = receiver.addInbox("numbers", Number.class);

        sender.tell(in, 1);
        hand.scheduler.deliver(in, 2L);
        hand.scheduler.ingress().deliver(in, 3.0);
        hand.run();

        assertThat(in.waiting()).containsExactly(1, 2L, 3.0);
    }

    @Test
    void aRemovedInboxLetsGoOfItsSendersAndWhatWaitedGoesNowhere() {
        Inbox<String> extra = receiver.addInbox("extra", String.class, 1);
        sender.link(sender.out, extra);
        hand.start(sender, receiver);
        sender.out.send("waits");
        assertThat(sender.out.hasRoom()).isFalse();

        receiver.remove(extra);

        assertThat(receiver.hasBox("extra")).isFalse();
        assertThat(sender.out.isLinked()).isFalse();
        assertThat(hand.scheduler.counters().toNowhere()).isEqualTo(1);
        int turns = sender.turns;
        hand.run();
        assertThat(sender.turns).as("who was refused there tries again").isEqualTo(turns + 1);
    }

    @Test
    void whatARemovedInboxIsToldGoesNowhereAndWakesNobody() {
        Inbox<String> extra = receiver.addInbox("extra", String.class);
        hand.start(sender, receiver);
        receiver.remove(extra);

        assertThat(sender.tell(extra, "late")).isTrue();
        hand.run();

        assertThat(hand.scheduler.counters().toNowhere()).isEqualTo(1);
        assertThat(receiver.turns).isEqualTo(1);
    }

    @Test
    void aRemovedOutboxLeadsNowhereAndTheOthersStay() {
        Outbox<String> extra = sender.addOutbox("extra", String.class);
        Outbox<String> last = sender.addOutbox("last", String.class);
        sender.link(extra, receiver.in);

        sender.remove(extra);

        assertThat(sender.hasBox("extra")).isFalse();
        assertThat(sender.boxes()).contains(sender.in, sender.out, last);
        extra.send("into the void");
        assertThat(receiver.in.dataReady()).isFalse();
    }

    @Test
    void onlyTheOwnerCanRemoveABox() {
        assertThatIllegalArgumentException().isThrownBy(() -> sender.remove(receiver.in));
    }

    @Test
    void aBoxIsRemovedOnceAndItsNameIsFreeThen() {
        Inbox<String> more = sender.addInbox("more", String.class);
        sender.remove(more);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> sender.remove(more))
                .withMessage(sender + ".more has been removed already");
        assertThat(sender.addInbox("more", Integer.class).name()).isEqualTo("more");
    }

    @Test
    void anInboxIsNotFilledByAnEndedOwner() {
        hand.start(sender, receiver);
        sender.link(sender.out, receiver.in);
        hand.scheduler.end(receiver);

        receiver.in.bound(10);

        assertThat(sender.tell(receiver.in, "late")).as("not full: gone").isTrue();
        assertThat(receiver.in.dataReady()).isFalse();
        assertThat(hand.scheduler.counters().toNowhere()).isEqualTo(1);
    }

    @Test
    void aBoxRemembersTheMostThatEverWaited() {
        Probe probe = new Probe(5);
        assertThat(probe.in.peak()).isZero();

        for (int most : new int[] {1, 3, 2}) {
            for (int i = 0; i < most; i++) {
                probe.tell(probe.in, "m");
            }
            probe.takeAll();
        }

        assertThat(probe.in.peak()).isEqualTo(3);
    }

    @Test
    void aBoxTellsHowLongTheOldestOfItsMessagesHasWaited() {
        Probe sender = new Probe();
        Probe slow = new Probe();
        sender.link(sender.out, slow.in);
        hand.start(sender, slow);
        assertThat(slow.in.oldestAge()).isNull();

        sender.out.send("between cycles");
        sender.does(() -> {
            sender.out.send("in a cycle");
            sender.out.send("at the same time");
            return Component.PAUSE;
        });
        hand.advance(Duration.ofSeconds(10));
        sender.wake();
        hand.advance(Duration.ofSeconds(20));
        hand.advance(Duration.ofSeconds(10));
        sender.out.send("last");
        hand.advance(Duration.ofSeconds(40));

        for (int age : new int[] {80, 50, 50, 40}) {
            assertThat(age(slow)).isEqualTo(age);
            slow.in.receive();
        }
        assertThat(slow.in.oldestAge()).isNull();
    }

    /** In seconds; it is told to within some milliseconds. */
    private static long age(Probe probe) {
        return Math.round(Objects.requireNonNull(probe.in.oldestAge()).toMillis() / 1000.0);
    }

    @Test
    void whoSendsAMessageOfAWrongTypeByARawBoxIsToldAndNotTheReceiver() {
        Probe sender = new Probe();
        Probe receiver = new Probe();
        sender.link(sender.out, receiver.in);
        hand.start(sender, receiver);

        for (int right = 0; right < 2; right++) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> sendRaw(sender.out, 5))
                    .withMessageContaining("Probe#1.outbox carries java.lang.String, not java.lang.Integer");
            assertThat(receiver.in.size()).isEqualTo(right);
            sender.out.send("right");
        }
    }

    @Test
    void amongMessagesOfSubclassesAWrongOneIsToldToo() {
        Outbox<Number> numbers = new Probe().addOutbox("numbers", Number.class);

        numbers.send(1);
        numbers.send(2.0);
        numbers.send(3);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> sendRaw(numbers, "four"))
                .withMessageContaining("numbers carries java.lang.Number, not java.lang.String");
        assertThatNullPointerException()
                .isThrownBy(() -> sendRaw(numbers, null))
                .withMessageContaining("numbers may not be null");
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static void sendRaw(Outbox<?> outbox, @Nullable Object message) {
        ((Outbox) outbox).send(message);
    }
}
