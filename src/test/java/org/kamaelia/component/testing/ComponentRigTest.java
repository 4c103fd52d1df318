package org.kamaelia.component.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kamaelia.component.Component;
import org.kamaelia.component.ComponentFailed;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.Reactor;

/** The rig that users' own tests are built with. */
class ComponentRigTest {
    private static final class Repeat extends Reactor {
        Repeat() {
            Inbox<String> in = addInbox("inbox", String.class, 2);
            Outbox<String> out = outbox("outbox", String.class);
            on(in, out, out::send);
        }
    }

    /** Makes its outbox only when it first uses it. */
    private static final class Late extends Component {
        @Override
        protected Next step() {
            outbox("outbox", String.class).send("here");
            return DONE;
        }
    }

    @Test
    void whatGoesInComesOutOnceItHasRun() {
        ComponentRig rig = ComponentRig.of(new Repeat());

        rig.send("inbox", "a", "b");
        assertThat(rig.take("outbox", String.class)).isEmpty();
        rig.run();

        assertThat(rig.take("outbox", String.class)).containsExactly("a", "b");
        assertThat(rig.take("outbox", String.class)).isEmpty();
    }

    @Test
    void aFullInboxIsAnErrorOfTheTestUnlessItOffers() {
        ComponentRig rig = ComponentRig.of(new Repeat()).send("inbox", "a", "b");

        assertThatIllegalStateException()
                .isThrownBy(() -> rig.send("inbox", "c"))
                .withMessageContaining("is full");
        assertThat(rig.offer("inbox", "c")).isFalse();
        assertThat(rig.run().offer("inbox", "c")).isTrue();
    }

    @Test
    void aMessageOfTheWrongTypeIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ComponentRig.of(new Repeat()).send("inbox", 7))
                .withMessageContaining("takes String, not 7");
    }

    @Test
    void anOutboxMadeLaterIsCollectedWhenNamed() {
        assertThat(ComponentRig.of(new Late())
                        .collect("outbox", String.class)
                        .run()
                        .take("outbox", String.class))
                .containsExactly("here");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> ComponentRig.of(new Late()).run().take("outbox", String.class))
                .withMessageContaining("collect it");
    }

    @Test
    void whatCameOutBeforeTheEndCanBeTakenAfterIt() {
        ComponentRig rig =
                ComponentRig.of(new Repeat()).send("inbox", "last words").send("control", new ProducerFinished());

        rig.run();

        assertThat(rig.hasEnded()).isTrue();
        assertThat(rig.take("outbox", String.class)).containsExactly("last words");
        assertThat(rig.takeSignals()).hasSize(1);
    }

    @Test
    void timePassesDeadlineByDeadline() {
        List<Long> passed = new ArrayList<>();
        Reactor ticking = new Reactor() {
            {
                tick();
            }

            void tick() {
                after(Duration.ofSeconds(10), () -> {
                    passed.add(Duration.ofNanos(scheduler().clock().nanoTime()).toSeconds());
                    tick();
                });
            }
        };

        ComponentRig rig = ComponentRig.of(ticking).advance(Duration.ofSeconds(35));
        assertThat(passed).containsExactly(10L, 20L, 30L);

        rig.advance(Duration.ofSeconds(5));
        assertThat(passed).containsExactly(10L, 20L, 30L, 40L);
    }

    @Test
    void whatComesInFromAnotherThreadIsThereAtTheNextRun() {
        Repeat repeat = new Repeat();
        ComponentRig rig = ComponentRig.of(repeat).run();

        CompletableFuture.runAsync(
                        () -> rig.scheduler().ingress().deliver(repeat.inbox("inbox", String.class), "from afar"))
                .join();

        assertThat(rig.run().take("outbox", String.class)).containsExactly("from afar");
    }

    @Test
    void aComponentThatNeverSleepsIsToldFromOneThatDoes() {
        Component restless = new Component() {
            @Override
            protected Next step() {
                return AGAIN;
            }
        };

        assertThatIllegalStateException()
                .isThrownBy(() -> ComponentRig.of(restless).run())
                .withMessageContaining("does not go to sleep");
    }

    private static final class Fragile extends Reactor {
        Fragile(RuntimeException thrown) {
            on(inbox("inbox", String.class), message -> {
                throw thrown;
            });
        }
    }

    @Test
    void aComponentThatThrowsFailsTheTestWithThatCause() {
        RuntimeException thrown = new IllegalArgumentException("no such word");
        ComponentRig rig = ComponentRig.of(new Fragile(thrown)).send("inbox", "a");

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(rig::run)
                .withMessageContaining("ComponentRigTest.Fragile#1 has thrown")
                .withCause(thrown);
        assertThat(rig.run().hasEnded()).as("it is told once").isTrue();
    }

    @Test
    void aFailureThatIsExpectedIsAmongTheEvents() {
        RuntimeException thrown = new IllegalArgumentException("no such word");

        Fragile fragile = new Fragile(thrown);
        ComponentRig rig = ComponentRig.of(fragile).expectingFailures();

        assertThat(rig.send("inbox", "a").run().events())
                .containsExactly(new ComponentFailed("ComponentRigTest.Fragile#1", fragile, thrown));
    }

    @Test
    void aSignalOutboxOfAnotherTypeIsCollectedLikeOthers() {
        Component bell = new Component() {
            private final Outbox<String> signal = outbox("signal", String.class);

            @Override
            protected Next step() {
                signal.send("ding");
                return DONE;
            }
        };

        assertThat(ComponentRig.of(bell).run().take("signal", String.class)).containsExactly("ding");
    }

    @Test
    void whatIsTakenByAWrongTypeStaysWhereItIs() {
        ComponentRig rig = ComponentRig.of(new Repeat()).send("inbox", "a").run();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> rig.take("outbox", Integer.class))
                .withMessage("ComponentRigTest.Repeat#1.outbox sends String, not Integer");
        assertThat(rig.take("outbox", CharSequence.class)).containsExactly("a");
    }

    @Test
    void timeOnlyGoesForward() {
        ComponentRig rig = ComponentRig.of(new Repeat());

        for (Duration time : List.of(Duration.ofNanos(-1), Duration.ofSeconds(Long.MAX_VALUE))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> rig.advance(time))
                    .withMessage("the time to let pass must be from 0 to 292 years, not " + time);
        }
        rig.advance(Duration.ofNanos(Long.MAX_VALUE - 1)).advance(Duration.ZERO);
        assertThat(rig.scheduler().clock().nanoTime()).isEqualTo(Long.MAX_VALUE - 1);
    }

    @Test
    @Timeout(60)
    void deadlinesThatLetNoTimePassAreTold() {
        Reactor hurried = new Reactor() {
            {
                again();
            }

            void again() {
                after(Duration.ZERO, this::again);
            }
        };

        assertThatIllegalStateException()
                .isThrownBy(() -> ComponentRig.of(hurried).advance(Duration.ofSeconds(1)))
                .withMessageContaining("no time passes");
    }

    /** Has another thread do its work, and is told by that. */
    private static final class Delegating extends Component {
        private final Outbox<String> out = outbox("outbox", String.class);
        private volatile boolean worked;

        @Override
        protected Next step() {
            if (worked) {
                out.send("done");
                return DONE;
            }
            new Thread(() -> {
                        worked = true;
                        wake();
                    })
                    .start();
            return PAUSE;
        }
    }

    @Test
    @Timeout(60)
    void itWaitsForWhatOtherThreadsBring() {
        ComponentRig rig = ComponentRig.of(new Delegating());

        rig.runUntil(() -> rig.dataReady("outbox"), Duration.ofSeconds(30));

        assertThat(rig.take("outbox", String.class)).containsExactly("done");
        assertThat(rig.dataReady("outbox")).isFalse();
        assertThat(rig.runUntil(rig::hasEnded, Duration.ZERO).hasEnded()).isTrue();
    }

    @Test
    void whatDoesNotComeIsNotWaitedForForEver() {
        ComponentRig rig = ComponentRig.of(new Repeat());

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> rig.runUntil(rig::hasEnded, Duration.ofMillis(20)))
                .withMessage("what is waited for has not come within PT0.02S; ComponentRigTest.Repeat#1 sleeps");
    }

    @Test
    void aTestThatIsInterruptedWaitsNoLonger() {
        ComponentRig rig = ComponentRig.of(new Repeat());
        Thread.currentThread().interrupt();

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> rig.runUntil(rig::hasEnded, Duration.ofSeconds(30)))
                .withMessageContaining("interrupted while waiting for");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void whatIsNotActiveYetSaysSoInPlaceOfANumber() {
        Repeat repeat = new Repeat();
        assertThat(repeat).hasToString("ComponentRigTest.Repeat (not active)");

        ComponentRig rig = ComponentRig.of(repeat);

        assertThat(repeat).hasToString("ComponentRigTest.Repeat#1");
        assertThat(rig.hasEnded()).isFalse();
    }
}
