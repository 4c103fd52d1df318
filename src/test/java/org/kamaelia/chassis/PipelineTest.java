package org.kamaelia.chassis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.kamaelia.component.Component;
import org.kamaelia.component.ComponentFailed;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.Reactor;
import org.kamaelia.component.ShutdownMicroprocess;
import org.kamaelia.component.testing.ComponentRig;

/** Components in a row, as one. */
class PipelineTest {
    /** Ends at the first signal whatever it is, without passing it on. */
    private static final class Deaf extends Component {
        private final Inbox<String> in = inbox("inbox", String.class);
        private final Outbox<String> out = outbox("outbox", String.class);

        @Override
        protected Next step() {
            if (control().poll() != null) {
                return DONE;
            }
            for (String next = in.poll(); next != null; next = in.poll()) {
                out.send(next);
            }
            return PAUSE;
        }
    }

    private final Each first = new Each(message -> message + "1");
    private final Each second = new Each(message -> message + "2");
    private final Each third = new Each(message -> message + "3");

    @Test
    void messagesGoAlongTheRow() {
        ComponentRig rig = ComponentRig.of(new Pipeline(first, second, third));

        rig.send("inbox", "a", "b").run();

        assertThat(rig.take("outbox", String.class)).containsExactly("a123", "b123");
    }

    @Test
    void aPipelineOfOneIsThatOne() {
        ComponentRig rig = ComponentRig.of(new Pipeline(first));

        rig.send("inbox", "a").run();

        assertThat(rig.take("outbox", String.class)).containsExactly("a1");
    }

    @Test
    void aPipelineIsAComponentOfAnother() {
        ComponentRig rig = ComponentRig.of(new Pipeline(new Pipeline(first, second), third));

        rig.send("inbox", "a").send("control", new ProducerFinished()).run();

        assertThat(rig.take("outbox", String.class)).containsExactly("a123");
        assertThat(rig.takeSignals()).hasSize(1);
        assertThat(rig.hasEnded()).isTrue();
    }

    @Test
    void aFarewellGoesAlongTheRowBehindTheLastMessage() {
        ComponentRig rig = ComponentRig.of(new Pipeline(first, second, third));
        ProducerFinished finished = new ProducerFinished();

        rig.send("inbox", "a", "b").send("control", finished).run();

        assertThat(rig.take("outbox", String.class)).containsExactly("a123", "b123");
        assertThat(rig.takeSignals()).containsExactly(finished);
        assertThat(rig.hasEnded()).isTrue();
        assertThat(rig.scheduler().counters().active()).isZero();
        assertThat(rig.events()).isEmpty();
    }

    @Test
    void aBlockedEndHoldsUpTheWholeRowAndLosesNothing() {
        ComponentRig rig = ComponentRig.of(new Pipeline(first, second, third)).bound("outbox", 1);
        List<String> sent = new ArrayList<>();
        List<String> received = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            if (rig.offer("inbox", "m" + i)) {
                sent.add("m" + i + "123");
            }
            rig.run();
        }
        assertThat(sent).as("bounds along the row").hasSizeLessThan(10);

        rig.send("control", new ProducerFinished()).run();
        while (!rig.hasEnded()) {
            received.addAll(rig.take("outbox", String.class));
            rig.run();
        }
        received.addAll(rig.take("outbox", String.class));

        assertThat(received).isEqualTo(sent);
        assertThat(rig.scheduler().counters().toNowhere()).isZero();
    }

    @Test
    void aShutdownStopsTheRowAtOnce() {
        ComponentRig rig = ComponentRig.of(new Pipeline(first, second, third)).bound("outbox", 1);
        rig.send("inbox", "a", "b").run();

        rig.send("control", new ShutdownMicroprocess()).run();

        assertThat(rig.hasEnded()).isTrue();
        assertThat(rig.takeSignals()).singleElement().isInstanceOf(ShutdownMicroprocess.class);
    }

    @Test
    void aShutdownReachesTheRestOfTheRowWhenTheFirstHasEndedAlready() {
        ComponentRig rig = ComponentRig.of(new Pipeline(first, second, third)).bound("outbox", 1);
        IntStream.range(0, 2).forEach(i -> rig.send("inbox", "m" + i).run());
        rig.send("control", new ProducerFinished()).run();
        assertThat(first.hasEnded()).isTrue();
        assertThat(rig.hasEnded()).isFalse();

        rig.send("control", new ShutdownMicroprocess()).run();

        assertThat(rig.hasEnded()).isTrue();
        assertThat(rig.takeSignals()).singleElement().isInstanceOf(ShutdownMicroprocess.class);
    }

    @Test
    void controlGoesToTheNextWhenTheFirstEndedWithoutAWord() {
        ComponentRig rig = ComponentRig.of(new Pipeline(new Deaf(), second, third));
        rig.send("control", new ProducerFinished()).run();
        assertThat(rig.hasEnded()).isFalse();

        rig.send("control", new ProducerFinished()).run();

        assertThat(rig.hasEnded()).isTrue();
        assertThat(rig.takeSignals()).hasSize(1);
    }

    @Test
    void oneThatThrowsEndsTheRow() {
        ComponentRig rig = ComponentRig.of(new Pipeline(first, new Each(message -> "die"), third));

        rig.expectingFailures().send("inbox", "a", "b").run();

        assertThat(rig.hasEnded()).isTrue();
        assertThat(first.hasEnded()).isTrue();
        assertThat(third.hasEnded()).isTrue();
        assertThat(rig.takeSignals())
                .isNotEmpty()
                .allSatisfy(signal -> assertThat(signal).isInstanceOf(ShutdownMicroprocess.class));
        assertThat(rig.events())
                .first()
                .isInstanceOfSatisfying(
                        ComponentFailed.class,
                        failed -> assertThat(failed.cause()).hasMessage("told to die"));
        assertThat(rig.scheduler().counters().active()).isZero();
    }

    @Test
    void endingAPipelineEndsItsRow() {
        Pipeline pipeline = new Pipeline(first, second);
        ComponentRig rig = ComponentRig.of(pipeline).run();

        rig.scheduler().end(pipeline);

        assertThat(first.hasEnded()).isTrue();
        assertThat(second.hasEnded()).isTrue();
    }

    @Test
    void aSourceMayStandAtTheBeginningAndASinkAtTheEnd() {
        List<String> sunk = new ArrayList<>();
        Component source = new Component() {
            private final Outbox<String> out = outbox("outbox", String.class);

            @Override
            protected Next step() {
                out.send("spring");
                signal().send(new ProducerFinished());
                return DONE;
            }
        };
        Reactor sink = new Reactor() {
            {
                on(inbox("inbox", String.class), sunk::add);
            }
        };
        ComponentRig rig = ComponentRig.of(new Pipeline(source, sink)).run();

        assertThat(sunk).containsExactly("spring");
        assertThat(rig.hasEnded()).isTrue();
    }

    @Test
    void anEmptyRowIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Pipeline()).withMessageContaining("at least one");
    }

    @Test
    void neighboursThatDoNotFitAreRefused() {
        Reactor numbers = new Reactor() {
            {
                on(inbox("inbox", Integer.class), number -> {});
            }
        };

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Pipeline(first, numbers))
                .withMessageContaining("Integer, not String");
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(() -> new Pipeline(numbers, second));
    }
}
