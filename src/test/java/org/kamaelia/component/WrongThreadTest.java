package org.kamaelia.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What belongs to the scheduler's thread is refused to others, and nothing has changed then. */
class WrongThreadTest {
    private final HandDriven hand = new HandDriven();

    private static final class Wired extends Component {
        final Inbox<String> in = inbox("inbox", String.class);
        final Outbox<String> out = outbox("outbox", String.class);

        Linkage leadTo(Wired other) {
            return link(out, other.in);
        }

        @Override
        protected Next step() {
            return PAUSE;
        }
    }

    private final Wired sender = new Wired();
    private final Wired receiver = new Wired();

    private static Throwable thrownElsewhere(Runnable action) throws InterruptedException {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread other = new Thread(() -> thrown.set(catchThrowable(action::run)), "another");
        other.start();
        other.join();
        return thrown.get();
    }

    private void refusedElsewhere(Runnable action) throws InterruptedException {
        Throwable thrown = thrownElsewhere(action);
        assertThat(thrown)
                .isNotNull()
                .satisfiesAnyOf(
                        // AssertionError: what would cost too much per message is only asserted
                        t -> assertThat(t).isInstanceOf(IllegalStateException.class),
                        t -> assertThat(t).isInstanceOf(AssertionError.class));
        assertThat(thrown).hasMessageContaining("another").hasMessageContaining("ingress");
    }

    @Test
    void sendingFromAnotherThreadIsRefusedAndNothingArrives() throws InterruptedException {
        sender.leadTo(receiver);
        hand.start(sender, receiver);

        refusedElsewhere(() -> sender.out.send("m"));

        assertThat(receiver.in.size()).isZero();
    }

    @Test
    void receivingOnAnotherThreadIsRefusedAndTheMessageStays() throws InterruptedException {
        sender.leadTo(receiver);
        hand.start(sender, receiver);
        sender.out.send("m");

        refusedElsewhere(receiver.in::poll);

        assertThat(receiver.in.receive()).isEqualTo("m");
    }

    @Test
    void linkingAndUnlinkingOnAnotherThreadAreRefused() throws InterruptedException {
        hand.start(sender, receiver);

        refusedElsewhere(() -> sender.leadTo(receiver));
        assertThat(sender.out.isLinked()).isFalse();

        Linkage linkage = sender.leadTo(receiver);
        refusedElsewhere(() -> sender.unlink(linkage));
        assertThat(linkage.isLinked()).isTrue();
    }

    @Test
    void childrenBoxesAndDeadlinesBelongToTheThreadToo() throws InterruptedException {
        hand.start(sender);

        refusedElsewhere(() -> sender.addChild(receiver));
        refusedElsewhere(() -> sender.addInbox("more", String.class));
        refusedElsewhere(() -> sender.wakeAfter(Duration.ofSeconds(1)));

        assertThat(sender.hasChildren()).isFalse();
        assertThat(sender.hasBox("more")).isFalse();
        assertThat(hand.scheduler.nextDeadline()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void tellingFromAnotherThreadIsRefusedAndNothingArrives() throws InterruptedException {
        hand.start(receiver);

        refusedElsewhere(() -> sender.tell(receiver.in, "m"));

        assertThat(receiver.in.size()).isZero();
    }

    @Test
    void boxesOfWhatRunsAreNotLinkedElsewhereByWhatDoesNot() throws InterruptedException {
        hand.start(receiver);

        refusedElsewhere(() -> sender.leadTo(receiver));
        refusedElsewhere(() -> new Wired().link(receiver.in, sender.in));

        assertThat(sender.out.isLinked()).isFalse();
        assertThat(receiver.in.isLinked()).isFalse();
    }

    @Test
    void whoLinksToWhatRunsOnAnotherThreadsSchedulerIsToldTheWay() throws InterruptedException {
        HandDriven elsewhere = new HandDriven();
        elsewhere.start(sender);
        assertThat(thrownElsewhere(() -> hand.start(receiver))).isNull();

        assertThat(catchThrowable(() -> sender.leadTo(receiver)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("use linkAcross");
    }

    @Test
    void boundsAndRoomBelongToTheThreadToo() throws InterruptedException {
        sender.leadTo(receiver);
        receiver.in.bound(1);
        hand.start(sender, receiver);
        sender.out.send("m");
        hand.run();

        refusedElsewhere(() -> receiver.in.bound(2));
        refusedElsewhere(sender.out::hasRoom);

        assertThat(receiver.in.bound()).isEqualTo(1);
        receiver.in.receive();
        assertThat(hand.scheduler.counters().awake())
                .as("nobody was noted as refused")
                .isZero();
    }

    @Test
    void servicesAndTheEndOfTheCycleBelongToTheThreadToo() throws InterruptedException {
        hand.start(receiver);

        refusedElsewhere(() -> hand.scheduler.services().register("a", receiver.in));
        refusedElsewhere(() -> hand.scheduler.services().hasService("a"));
        refusedElsewhere(() -> hand.scheduler.services().track("a", 1));
        refusedElsewhere(() -> hand.scheduler.services().retrieve("a"));
        refusedElsewhere(() -> hand.scheduler.atCycleEnd(() -> {}));

        assertThat(hand.scheduler.services().serviceNames()).isEmpty();
        assertThat(hand.scheduler.services().valueNames()).isEmpty();
    }

    @Test
    void anActivatingThreadMayBuildAComponentWhereverItIs() throws InterruptedException {
        hand.start(sender);

        assertThat(thrownElsewhere(() -> receiver.addInbox("more", String.class)))
                .isNull();
    }

    @Test
    void aRunOnASecondThreadIsRefused() throws InterruptedException {
        hand.run();

        assertThat(thrownElsewhere(hand::run))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("another");
        assertThat(thrownElsewhere(() -> hand.scheduler.activate(receiver)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("ingress");
    }
}
