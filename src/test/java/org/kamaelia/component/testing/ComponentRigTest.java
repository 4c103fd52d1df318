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
    void whatIsNotActiveYetSaysSoInPlaceOfANumber() {
        Repeat repeat = new Repeat();
        assertThat(repeat).hasToString("ComponentRigTest.Repeat (not active)");

        ComponentRig rig = ComponentRig.of(repeat);

        assertThat(repeat).hasToString("ComponentRigTest.Repeat#1");
        assertThat(rig.hasEnded()).isFalse();
    }
}
