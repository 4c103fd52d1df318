package org.kamaelia.chassis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.kamaelia.component.ComponentFailed;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.Reactor;
import org.kamaelia.component.ServerDraining;
import org.kamaelia.component.ShutdownMicroprocess;
import org.kamaelia.component.Signal;
import org.kamaelia.component.testing.ComponentRig;
import org.kamaelia.tcp.CloseCause;

/** A limit on how long nothing may come. */
class ReadTimeoutTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration ALMOST = LIMIT.minusMillis(1);
    private static final Duration BIT = Duration.ofMillis(1);

    private final Recorder silent = new Recorder();

    @Test
    void silenceEndsTheConnectionAndTellsTheHandler() {
        ComponentRig rig = ComponentRig.of(new ReadTimeout(LIMIT, silent));
        rig.advance(ALMOST);
        assertThat(rig.takeSignals()).isEmpty();

        rig.advance(BIT);

        assertThat(rig.takeSignals())
                .singleElement()
                .isInstanceOfSatisfying(
                        ProducerFinished.class,
                        finished -> assertThat(finished.reason()).isEqualTo(CloseCause.IDLE));
        assertThat(silent.heard).singleElement().isInstanceOf(ProducerFinished.class);
        assertThat(rig.hasEnded()).isFalse();
        rig.advance(LIMIT.multipliedBy(3));
        assertThat(rig.takeSignals()).as("once").isEmpty();
    }

    @Test
    void theLimitRunsFromTheLastMessageReceived() {
        ComponentRig rig = ComponentRig.of(new ReadTimeout(LIMIT, Each.adding("")));
        for (int i = 0; i < 5; i++) {
            rig.advance(Duration.ofSeconds(7)).send("inbox", "m").run();
        }
        rig.advance(ALMOST);
        assertThat(rig.takeSignals()).isEmpty();

        rig.advance(BIT);

        assertThat(rig.takeSignals()).isNotEmpty();
        assertThat(rig.take("outbox", String.class)).hasSize(5);
        assertThat(rig.hasEnded()).isTrue();
        assertThat(rig.scheduler().counters().active()).isZero();
    }

    @Test
    void whatIsSentDoesNotCount() {
        ComponentRig rig = ComponentRig.of(new ReadTimeout(LIMIT, silent));
        for (int i = 0; i < 9; i++) {
            rig.advance(Duration.ofSeconds(1));
            silent.say("long reply");
        }
        assertThat(rig.takeSignals()).isEmpty();

        rig.advance(Duration.ofSeconds(1));

        assertThat(rig.takeSignals()).hasSize(1);
    }

    @Test
    void aPeerThatIsHeldUpIsNotSilent() {
        ComponentRig rig =
                ComponentRig.of(new ReadTimeout(LIMIT, Each.adding(""))).bound("outbox", 1);
        IntStream.range(0, 20).forEach(i -> rig.send("inbox", "m" + i));

        rig.advance(LIMIT.multipliedBy(5));
        assertThat(rig.takeSignals()).isEmpty();

        List<String> received = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            received.addAll(rig.take("outbox", String.class));
            rig.run();
        }
        assertThat(received)
                .isEqualTo(IntStream.range(0, 20).mapToObj(i -> "m" + i).toList());
        rig.advance(LIMIT);
        assertThat(rig.takeSignals()).isNotEmpty();
    }

    @Test
    void theEndOfInputComesBehindTheLastMessage() {
        ComponentRig rig = ComponentRig.of(new ReadTimeout(LIMIT, Each.adding("")));
        IntStream.range(0, 20).forEach(i -> rig.send("inbox", "m" + i));

        rig.send("control", new ProducerFinished()).run();

        assertThat(rig.take("outbox", String.class)).hasSize(20);
        assertThat(rig.hasEnded()).isTrue();
        assertThat(rig.takeSignals()).hasSize(1);
    }

    @Test
    void afterTheEndOfInputNothingIsWaitedFor() {
        ComponentRig rig = ComponentRig.of(new ReadTimeout(LIMIT, silent));
        rig.send("control", new ProducerFinished());

        rig.advance(LIMIT.multipliedBy(2));

        assertThat(rig.takeSignals()).isEmpty();
        assertThat(rig.scheduler().nextDeadline()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void otherSignalsOvertakeWhatWaits() {
        ServerDraining draining = new ServerDraining(LIMIT);
        ComponentRig rig = ComponentRig.of(new ReadTimeout(LIMIT, silent));
        silent.inbox("inbox", String.class).bound(1);
        rig.send("inbox", "a", "b")
                .send("control", draining, new ShutdownMicroprocess())
                .run();

        assertThat(silent.heard).hasSize(2).contains(draining);
    }

    @Test
    void allBoxesOfTheHandlerArePassedThrough() {
        Reactor handler = new Reactor() {
            private final Outbox<Signal> serverSignal = addOutbox("serversignal", Signal.class);

            {
                on(inbox("inbox", String.class), message -> {});
                on(addInbox("more", String.class), message -> serverSignal.send(new ShutdownMicroprocess(message)));
            }
        };
        ComponentRig rig = ComponentRig.of(new ReadTimeout(LIMIT, handler));

        rig.send("more", "a").run();

        assertThat(rig.take("serversignal", Signal.class)).hasSize(1);
    }

    @Test
    void itEndsWithItsHandlerAndLeavesNoDeadline() {
        ComponentRig rig = ComponentRig.of(new ReadTimeout(LIMIT, silent)).run();
        silent.finish();

        rig.run();

        assertThat(rig.hasEnded()).isTrue();
        assertThat(rig.scheduler().nextDeadline()).isEqualTo(Long.MAX_VALUE);
        assertThat(rig.scheduler().counters().active()).isZero();
    }

    @Test
    void itFailsWithItsHandler() {
        ComponentRig rig = ComponentRig.of(new ReadTimeout(LIMIT, Each.adding("")));

        rig.expectingFailures().send("inbox", "die").run();

        assertThat(rig.takeSignals()).allSatisfy(each -> assertThat(each).isInstanceOf(ShutdownMicroprocess.class));
        assertThat(rig.events())
                .last()
                .isInstanceOfSatisfying(
                        ComponentFailed.class,
                        failed -> assertThat(failed.cause()).hasRootCauseMessage("told to die"));
        assertThat(rig.scheduler().counters().active()).isZero();
    }

    @Test
    void whenItIsEndedItsHandlerIs() {
        ReadTimeout timeout = new ReadTimeout(LIMIT, silent);
        ComponentRig rig = ComponentRig.of(timeout).run();

        rig.scheduler().end(timeout);

        assertThat(silent.hasEnded()).isTrue();
    }

    @Test
    void aMessageCostsNoTimer() {
        ComponentRig rig =
                ComponentRig.of(new ReadTimeout(LIMIT, Each.adding(""))).run();
        long first = rig.scheduler().nextDeadline();

        rig.advance(Duration.ofSeconds(5)).send("inbox", "m").run();

        assertThat(rig.scheduler().nextDeadline()).isEqualTo(first);
        rig.advance(Duration.ofSeconds(5));
        assertThat(rig.scheduler().nextDeadline())
                .isEqualTo(Duration.ofSeconds(15).toNanos());
    }

    @Test
    void aLimitMustBeMoreThanNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ReadTimeout(Duration.ZERO, silent))
                .withMessageContaining("more than 0, not PT0S");
    }
}
