package org.kamaelia.eventloop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.kamaelia.component.ComponentFailed;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.ShutdownMicroprocess;
import org.kamaelia.component.testing.ComponentRig;

/** A reactor that awaits futures, driven by hand. */
class AsyncReactorTest {
    private final List<Promise<String>> asked = new ArrayList<>();
    private final List<String> log = new ArrayList<>();

    /** Asks somebody about each message and sends on the answer. */
    private final class Asking extends AsyncReactor {
        Asking() {
            Inbox<String> in = inbox("inbox", String.class);
            Outbox<String> out = outbox("outbox", String.class);
            on(in, out, question -> await(ask(question), out::send));
        }

        private Future<String> ask(String question) {
            log.add("asked " + question);
            Promise<String> answer = Promise.promise();
            asked.add(answer);
            return answer.future();
        }

        void tick() {
            after(Duration.ofSeconds(1), () -> log.add("tick"));
        }
    }

    private final Asking asking = new Asking();
    private final ComponentRig rig = ComponentRig.of(asking);

    @Test
    void theResultComesBackAsAStep() {
        rig.send("inbox", "one").run();
        assertThat(rig.take("outbox", String.class)).isEmpty();

        asked.get(0).complete("ONE");
        assertThat(rig.take("outbox", String.class)).as("not before its turn").isEmpty();
        rig.run();

        assertThat(rig.take("outbox", String.class)).containsExactly("ONE");
    }

    @Test
    void noMessageIsHandledMeanwhileSoThatRepliesKeepTheOrderOfRequests() {
        rig.send("inbox", "one", "two").run();
        assertThat(log).containsExactly("asked one");

        asked.get(0).complete("ONE");
        rig.run();
        assertThat(log).containsExactly("asked one", "asked two");
        asked.get(1).complete("TWO");
        rig.run();

        assertThat(rig.take("outbox", String.class)).containsExactly("ONE", "TWO");
    }

    @Test
    void aResultThatIsThereAlreadyNeedsNoWakeFromOutside() {
        AsyncReactor ready = new AsyncReactor() {
            {
                on(inbox("inbox", String.class), message -> await(Future.succeededFuture(message), log::add));
            }
        };

        ComponentRig.of(ready).send("inbox", "one", "two").run();

        assertThat(log).containsExactly("one", "two");
    }

    @Test
    void aFailureEndsTheComponentWithThatFailure() {
        rig.send("inbox", "one").run();
        RuntimeException broken = new RuntimeException("no answer");

        asked.get(0).fail(broken);
        rig.expectingFailures().run();

        assertThat(rig.hasEnded()).isTrue();
        assertThat(rig.events())
                .singleElement()
                .isInstanceOfSatisfying(
                        ComponentFailed.class,
                        failed -> assertThat(failed.cause())
                                .isInstanceOf(AsyncReactor.AwaitFailed.class)
                                .hasMessage("what was awaited failed: no answer")
                                .hasCause(broken));
        assertThat(rig.takeSignals()).singleElement().isInstanceOf(ShutdownMicroprocess.class);
    }

    @Test
    void aFailureCanBeHandled() {
        Promise<String> promise = Promise.promise();
        AsyncReactor careful = new AsyncReactor() {
            {
                on(
                        inbox("inbox", String.class),
                        message -> await(
                                promise.future(), log::add, failure -> log.add("failed: " + failure.getMessage())));
            }
        };
        ComponentRig careRig = ComponentRig.of(careful).send("inbox", "one").run();

        promise.fail("no answer");
        careRig.run();

        assertThat(log).containsExactly("failed: no answer");
        assertThat(careRig.hasEnded()).isFalse();
    }

    @Test
    void aFarewellWaitsForTheResult() {
        rig.send("inbox", "one").run();
        rig.send("control", new ProducerFinished()).run();
        assertThat(rig.hasEnded()).isFalse();

        asked.get(0).complete("ONE");
        rig.run();

        assertThat(rig.take("outbox", String.class)).containsExactly("ONE");
        assertThat(rig.takeSignals()).hasSize(1);
        assertThat(rig.hasEnded()).isTrue();
    }

    @Test
    void aShutdownDoesNotWaitAndWhatComesAfterItIsIgnored() {
        rig.send("inbox", "one").run();
        rig.send("control", new ShutdownMicroprocess()).run();
        assertThat(rig.hasEnded()).isTrue();

        asked.get(0).complete("too late");
        rig.run();

        assertThat(rig.take("outbox", String.class)).isEmpty();
        assertThat(rig.events()).isEmpty();
    }

    @Test
    void aFailureAfterTheEndIsIgnoredToo() {
        rig.send("inbox", "one").run();
        rig.scheduler().end(asking);

        asked.get(0).fail("too late");
        rig.run();

        assertThat(rig.events()).isEmpty();
    }

    @Test
    void timedActionsRunMeanwhile() {
        asking.tick();
        rig.send("inbox", "one").run();

        rig.advance(Duration.ofSeconds(1));

        assertThat(log).containsExactly("asked one", "tick");
    }

    @Test
    void severalAreAwaitedTogetherAndHandledAsTheyCome() {
        Promise<String> slow = Promise.promise();
        Promise<String> fast = Promise.promise();
        AsyncReactor both = new AsyncReactor() {
            {
                on(inbox("inbox", String.class), message -> {
                    log.add(message);
                    await(slow.future(), log::add);
                    await(fast.future(), log::add);
                });
            }
        };
        ComponentRig bothRig = ComponentRig.of(both).send("inbox", "one", "two").run();

        fast.complete("fast");
        bothRig.run();
        assertThat(log).as("still held by the other").containsExactly("one", "fast");
        slow.complete("slow");
        bothRig.run();

        assertThat(log).startsWith("one", "fast", "slow", "two");
    }

    @Test
    void aResultFromAnotherThreadComesBackOnTheSchedulers() {
        rig.send("inbox", "one").run();

        CompletableFuture.runAsync(() -> asked.get(0).complete("ONE")).join();
        rig.run();

        assertThat(rig.take("outbox", String.class)).containsExactly("ONE");
    }

    @Test
    void awaitingBeforeActivationIsRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> new Asking().await(Future.succeededFuture("x"), log::add))
                .withMessageContaining("not active yet");
    }
}
