package org.kamaelia.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.kamaelia.component.testing.ComponentRig;

/** The style taught first: a handler per box, and an end that comes by itself. */
class ReactorTest {
    private final List<String> log = new ArrayList<>();

    private static class Shout extends Reactor {
        final Inbox<String> in = inbox("inbox", String.class);
        final Outbox<String> out = outbox("outbox", String.class);

        Shout() {
            on(in, out, line -> out.send(line.toUpperCase(Locale.ROOT)));
        }
    }

    private final class Timed extends Reactor {
        Deadline second;

        void start() {
            after(Duration.ofSeconds(1), () -> log.add("one"));
            second = after(Duration.ofSeconds(2), () -> log.add("two"));
            after(Duration.ofSeconds(3), () -> log.add("three"));
        }
    }

    @Test
    void everyMessageOfABoxIsHandled() {
        ComponentRig rig = ComponentRig.of(new Shout());

        rig.send("inbox", "one", "two").run();

        assertThat(rig.take("outbox", String.class)).containsExactly("ONE", "TWO");
    }

    @Test
    void aHandlerWithAnOutboxRunsOnlyWhileThatHasRoom() {
        ComponentRig rig = ComponentRig.of(new Shout()).bound("outbox", 1);
        rig.send("inbox", "one", "two", "three").run();

        assertThat(rig.take("outbox", String.class)).containsExactly("ONE");
        assertThat(rig.run().take("outbox", String.class)).containsExactly("TWO");
        assertThat(rig.run().take("outbox", String.class)).containsExactly("THREE");
        assertThat(rig.run().take("outbox", String.class)).isEmpty();
        assertThat(rig.events()).isEmpty();
    }

    @Test
    void onProducerFinishedItFinishesWhatItHoldsAndPassesItOn() {
        ComponentRig rig = ComponentRig.of(new Shout()).bound("outbox", 1);
        ProducerFinished finished = new ProducerFinished();
        rig.send("inbox", "one", "two").send("control", finished).run();
        assertThat(rig.hasEnded()).isFalse();
        assertThat(rig.takeSignals()).isEmpty();

        rig.take("outbox", String.class);
        rig.run();

        assertThat(rig.take("outbox", String.class)).containsExactly("TWO");
        assertThat(rig.takeSignals()).containsExactly(finished);
        assertThat(rig.hasEnded()).isTrue();
    }

    @Test
    void onShutdownMicroprocessItStopsAtOnceAndPassesItOn() {
        ComponentRig rig = ComponentRig.of(new Shout()).bound("outbox", 1);
        ShutdownMicroprocess shutdown = new ShutdownMicroprocess();
        rig.send("inbox", "one", "two").send("control", shutdown).run();

        assertThat(rig.takeSignals()).containsExactly(shutdown);
        assertThat(rig.hasEnded()).isTrue();
        assertThat(rig.scheduler().counters().toNowhere()).as("what it held").isEqualTo(1);
    }

    @Test
    void aShutdownOvertakesAFarewellThatWaitsForRoom() {
        ComponentRig rig = ComponentRig.of(new Shout()).bound("outbox", 1);
        rig.send("inbox", "one", "two").send("control", new ProducerFinished()).run();
        ShutdownMicroprocess shutdown = new ShutdownMicroprocess();

        rig.send("control", shutdown).run();

        assertThat(rig.takeSignals()).containsExactly(shutdown);
        assertThat(rig.hasEnded()).isTrue();
    }

    @Test
    void otherSignalsAreIgnored() {
        ComponentRig rig = ComponentRig.of(new Shout());

        rig.send("control", new ServerDraining(Duration.ofSeconds(1)), new EndInput(null))
                .run();

        assertThat(rig.hasEnded()).isFalse();
        assertThat(rig.send("inbox", "still here").run().take("outbox", String.class))
                .containsExactly("STILL HERE");
    }

    @Test
    void whoReactsOnControlDecidesByItself() {
        Reactor stubborn = new Reactor() {
            {
                on(control(), signal -> {
                    log.add(signal.toString());
                    if (signal instanceof ShutdownMicroprocess) {
                        finish();
                    }
                });
            }
        };
        ComponentRig rig = ComponentRig.of(stubborn);

        rig.send("control", new ProducerFinished()).run();
        assertThat(rig.hasEnded()).isFalse();
        rig.send("control", new ShutdownMicroprocess()).run();

        assertThat(rig.hasEnded()).isTrue();
        assertThat(log).containsExactly("ProducerFinished", "ShutdownMicroprocess");
        assertThat(rig.takeSignals()).as("nothing goes on by itself").isEmpty();
    }

    @Test
    void afterFinishNothingMoreIsHandled() {
        Reactor oneOnly = new Reactor() {
            {
                on(inbox("inbox", String.class), message -> {
                    log.add(message);
                    finish();
                });
            }
        };
        ComponentRig rig = ComponentRig.of(oneOnly);

        rig.send("inbox", "one", "two").run();

        assertThat(log).containsExactly("one");
        assertThat(rig.hasEnded()).isTrue();
    }

    @Test
    void aLongQueueIsHandledInManyStepsSoThatOthersGetTheirTurn() {
        ComponentRig rig = ComponentRig.of(new Shout());
        IntStream.range(0, 500).forEach(i -> rig.send("inbox", "m" + i));

        rig.run();

        assertThat(rig.take("outbox", String.class)).hasSize(500);
        assertThat(rig.scheduler().counters().steps()).isGreaterThan(5);
    }

    @Test
    void boxesAreHandledInTheOrderOfTheirHandlers() {
        Reactor two = new Reactor() {
            {
                Inbox<String> urgent = addInbox("urgent", String.class);
                Inbox<String> in = inbox("inbox", String.class);
                on(urgent, log::add);
                on(in, log::add);
            }
        };

        ComponentRig.of(two).send("inbox", "normal").send("urgent", "first").run();

        assertThat(log).containsExactly("first", "normal");
    }

    @Test
    void aBoxOfAnotherComponentCannotBeReactedTo() {
        Shout other = new Shout();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Reactor() {
                    {
                        on(other.in, message -> {});
                    }
                })
                .withMessageContaining("does not belong to");
    }

    @Test
    void aHandlerThatThrowsEndsItsReactorWithAShutdown() {
        Reactor fragile = new Reactor() {
            {
                on(inbox("inbox", String.class), message -> {
                    throw new IllegalStateException(message);
                });
            }
        };
        ComponentRig rig = ComponentRig.of(fragile);

        rig.expectingFailures().send("inbox", "broken").run();

        assertThat(rig.hasEnded()).isTrue();
        assertThat(rig.takeSignals()).singleElement().isInstanceOf(ShutdownMicroprocess.class);
        assertThat(rig.events())
                .singleElement()
                .isInstanceOfSatisfying(
                        ComponentFailed.class,
                        failed -> assertThat(failed.cause()).hasMessage("broken"));
    }

    @Test
    void anActionRunsOnceAfterAWhile() {
        Timed timed = new Timed();
        timed.start();
        ComponentRig rig = ComponentRig.of(timed);

        rig.advance(Duration.ofMillis(999));
        assertThat(log).isEmpty();
        rig.advance(Duration.ofMillis(1));
        assertThat(log).containsExactly("one");
        rig.advance(Duration.ofSeconds(100));
        assertThat(log).containsExactly("one", "two", "three");
    }

    @Test
    void aCancelledActionDoesNotRun() {
        Timed timed = new Timed();
        timed.start();
        ComponentRig rig = ComponentRig.of(timed);

        timed.second.cancel();
        rig.advance(Duration.ofSeconds(100));

        assertThat(log).containsExactly("one", "three");
    }

    @Test
    void anActionMaySetTheNext() {
        Reactor ticking = new Reactor() {
            {
                tick();
            }

            void tick() {
                log.add("tick");
                after(Duration.ofSeconds(1), this::tick);
            }
        };

        ComponentRig.of(ticking).advance(Duration.ofSeconds(5));

        assertThat(log).hasSize(6);
    }

    @Test
    void actionsThatAreLateRunInTheOrderOfTheirTimes() {
        HandDriven hand = new HandDriven();
        Reactor late = new Reactor() {
            {
                after(Duration.ofSeconds(3), () -> log.add("three"));
                after(Duration.ofSeconds(1), () -> log.add("one"));
                after(Duration.ofSeconds(2), () -> log.add("two"));
            }
        };
        hand.start(late);

        hand.advance(Duration.ofMinutes(1));

        assertThat(log).containsExactly("one", "two", "three");
    }

    @Test
    void anActionMayCancelOneThatIsDueAtTheSameTime() {
        Reactor cancelling = new Reactor() {
            {
                List<Deadline> later = new ArrayList<>();
                after(Duration.ofSeconds(1), () -> later.get(0).cancel());
                later.add(after(Duration.ofSeconds(1), () -> log.add("cancelled")));
            }
        };

        ComponentRig.of(cancelling).advance(Duration.ofSeconds(2));

        assertThat(log).isEmpty();
    }

    @Test
    void anActionMayEndItsReactorAndThoseAfterItDoNotRun() {
        Reactor ending = new Reactor() {
            {
                after(Duration.ofSeconds(1), this::finish);
                after(Duration.ofSeconds(1), () -> log.add("too late"));
            }
        };
        ComponentRig rig = ComponentRig.of(ending);

        rig.advance(Duration.ofSeconds(2));

        assertThat(rig.hasEnded()).isTrue();
        assertThat(log).isEmpty();
    }

    @Test
    void aSecondHandlerOfOneInboxIsRefusedSinceItWouldNeverBeCalled() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Reactor() {
                    {
                        Inbox<String> in = inbox("inbox", String.class);
                        on(in, message -> {});
                        on(in, message -> {});
                    }
                })
                .withMessageContaining("has a handler already");
    }
}
