package org.kamaelia.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** What a scheduler counts, by kind of component. */
class AccountsTest {
    private final HandDriven hand = new HandDriven();

    private static final class Sender extends Component {
        final Outbox<String> out = outbox("outbox", String.class);
        int left;

        Sender(int messages) {
            left = messages;
        }

        void leadsTo(Probe probe) {
            link(out, probe.in);
        }

        @Override
        protected Next step() {
            while (left-- > 0) {
                out.offer("m");
            }
            return PAUSE;
        }
    }

    /** Each of its steps takes as long as it is told. */
    private final class Worker extends Component {
        private final Duration each;
        private int left;

        Worker(int steps, Duration each) {
            this.left = steps;
            this.each = each;
        }

        @Override
        protected Next step() {
            hand.now += each.toNanos();
            return --left == 0 ? DONE : AGAIN;
        }
    }

    private static final class Loafer extends Component {
        private int left;

        Loafer(int steps) {
            left = steps;
        }

        @Override
        protected Next step() {
            return --left == 0 ? DONE : AGAIN;
        }
    }

    private KindCounters of(Class<?> kind) {
        CompletableFuture<List<KindCounters>> kinds = hand.scheduler.kinds().toCompletableFuture();
        hand.run();
        return kinds.join().stream()
                .filter(each -> each.kind().equals(KindAccount.name(kind)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void stepsAreCountedByKind() {
        hand.start(new Worker(3, Duration.ZERO), new Worker(4, Duration.ZERO), new Loafer(5));

        assertThat(hand.scheduler.counters().steps()).isEqualTo(12);
        assertThat(of(Worker.class).steps()).isEqualTo(7);
        assertThat(of(Loafer.class).steps()).isEqualTo(5);
    }

    @Test
    void thoseThatAreActiveAndThoseThatEverWereAreCounted() {
        Probe stays = new Probe();
        Probe goes = new Probe();
        goes.does(() -> Next.DONE);

        hand.start(stays, goes);

        assertThat(of(Probe.class).active()).isEqualTo(1);
        assertThat(of(Probe.class).started()).isEqualTo(2);
    }

    @Test
    void theLoopsTimeIsEstimatedByKindFromAFewSteps() {
        int steps = 2_000_000;

        hand.start(
                new Worker(steps, Duration.ofNanos(300)), new Loafer(steps), new Worker(steps, Duration.ofNanos(100)));

        assertThat(of(Worker.class).busy().toNanos()).isCloseTo(steps * 400L, Percentage.withPercentage(10));
        assertThat(of(Loafer.class).busy().toNanos()).isCloseTo(0, within(0L));
    }

    @Test
    void messagesToNowhereAreCountedWithWhoSentThemOrHeldThem() {
        Probe ended = new Probe();
        ended.does(() -> Next.PAUSE);
        Sender linked = new Sender(2);
        linked.leadsTo(ended);
        hand.start(ended, linked, new Sender(3));

        hand.scheduler.end(ended);

        assertThat(of(Sender.class).toNowhere()).isEqualTo(3);
        assertThat(of(Probe.class).toNowhere()).isEqualTo(2);
        assertThat(hand.scheduler.counters().toNowhere()).isEqualTo(5);
    }

    @Test
    void aRefusedSendIsCountedWithItsSender() {
        Probe small = new Probe(2);
        Sender sender = new Sender(5);
        sender.leadsTo(small);

        hand.start(small, sender);

        assertThat(of(Sender.class).refused()).isEqualTo(3);
        assertThat(hand.scheduler.counters().refused()).isEqualTo(3);
    }

    @Test
    void aFailureIsCountedWithWhoThrew() {
        Probe throwing = new Probe();
        throwing.does(() -> {
            throw new IllegalStateException("on purpose");
        });

        hand.start(throwing, new Probe());

        assertThat(of(Probe.class).failures()).isEqualTo(1);
        assertThat(of(Probe.class).active()).isEqualTo(1);
    }

    @Test
    void stepsOfThoseThatEndWhileTheyAreCountedAreCountedOnce() {
        Probe[] probes = new Probe[3_000];
        for (int i = 0; i < probes.length; i++) {
            probes[i] = new Probe();
        }
        hand.start(probes);
        CompletableFuture<List<KindCounters>> kinds = hand.scheduler.kinds().toCompletableFuture();

        hand.scheduler.run(0);
        assertThat(kinds).isNotDone();
        hand.scheduler.end(probes[0]);
        hand.scheduler.end(probes[2_999]);
        hand.run();

        assertThat(kinds.join()).anySatisfy(kind -> {
            assertThat(kind.kind()).isEqualTo("Probe");
            assertThat(kind.steps()).isEqualTo(3_000);
            assertThat(kind.active()).isEqualTo(2_998);
        });
    }
}
