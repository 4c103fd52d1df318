package org.kamaelia.chassis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.kamaelia.chassis.Carousel.Request;
import org.kamaelia.component.Component;
import org.kamaelia.component.ComponentFailed;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.ServerDraining;
import org.kamaelia.component.ShutdownMicroprocess;
import org.kamaelia.component.testing.ComponentRig;

/** One child at a time, each made from a message. */
class CarouselTest {
    private final List<Recorder> made = new ArrayList<>();

    /** Children that take nothing. */
    private Carousel<String> idle() {
        return new Carousel<>(String.class, String.class, String.class, argument -> {
            Recorder child = new Recorder();
            made.add(child);
            return child;
        });
    }

    /** Children that put their argument behind every message. */
    private static Carousel<String> adding() {
        return new Carousel<>(String.class, String.class, String.class, Each::adding);
    }

    private Recorder last() {
        return made.get(made.size() - 1);
    }

    @Test
    void withoutBeingAskedItDoesNothing() {
        ComponentRig rig = ComponentRig.of(idle()).run();

        assertThat(made).isEmpty();
        assertThat(rig.take("requestNext", Request.class)).isEmpty();
        assertThat(rig.hasEnded()).isFalse();
    }

    @Test
    void itCanMakeTheFirstRequest() {
        ComponentRig rig = ComponentRig.of(idle().make1stRequest()).run();

        assertThat(rig.take("requestNext", Request.class)).containsExactly(Request.NEXT);
    }

    @Test
    void aMessageOnNextMakesTheChildThatHasItsBoxes() {
        ComponentRig rig = ComponentRig.of(adding());

        rig.send("next", "1").send("inbox", "a", "b").run();

        assertThat(rig.take("outbox", String.class)).containsExactly("a1", "b1");
    }

    @Test
    void theEndOfAChildAsksForTheNext() {
        ComponentRig rig = ComponentRig.of(idle());
        rig.send("next", "1").run();
        assertThat(rig.take("requestNext", Request.class)).isEmpty();

        last().finish();
        rig.run();

        assertThat(rig.take("requestNext", Request.class)).containsExactly(Request.NEXT);
        rig.send("next", "2").run();
        assertThat(made).hasSize(2);
        assertThat(last().isActive()).isTrue();
    }

    @Test
    void aRequestThatFoundNoRoomIsMadeWhenThereIs() {
        ComponentRig rig = ComponentRig.of(idle()).bound("requestNext", 1);
        for (int i = 0; i < 2; i++) {
            rig.send("next", "n").run();
            last().finish();
            rig.run();
        }
        assertThat(rig.take("requestNext", Request.class)).hasSize(1);

        rig.run();

        assertThat(rig.take("requestNext", Request.class)).hasSize(1);
    }

    @Test
    void aChildIsToldToStopForTheNextWhichStartsOnceItHasEnded() {
        ComponentRig rig = ComponentRig.of(idle());
        rig.send("next", "1").run();

        rig.send("next", "2").run();
        assertThat(made).hasSize(1);
        assertThat(last().heard).singleElement().isInstanceOf(ShutdownMicroprocess.class);

        Recorder old = last();
        old.finish();
        rig.run();
        assertThat(made).hasSize(2);
        assertThat(old.outbox("outbox").isLinked()).isFalse();
        assertThat(rig.take("requestNext", Request.class)).isEmpty();
        assertThat(rig.scheduler().counters().active()).as("carousel and child").isEqualTo(2);
    }

    @Test
    void nothingOfTheInboxIsLostOrReorderedAcrossChanges() {
        ComponentRig rig = ComponentRig.of(adding()).bound("outbox", 1);
        List<String> sent = new ArrayList<>();
        List<String> received = new ArrayList<>();
        int numbers = 0;
        for (int i = 0; i < 2000 || received.size() < sent.size(); i++) {
            if (i < 2000 && rig.offer("inbox", "m" + numbers + ":")) {
                sent.add("m" + numbers++ + ":");
            }
            if (i % 7 == 0) {
                rig.send("next", "x");
            }
            if (i % 3 == 0) {
                rig.run();
            }
            if (i % 4 == 0) {
                rig.take("outbox", String.class).forEach(each -> received.add(each.replace("x", "")));
            }
            assertThat(i).isLessThan(20_000);
        }

        assertThat(received).isEqualTo(sent).hasSizeGreaterThan(100);
    }

    @Test
    void whatAChildLeftComesBeforeWhatStillWaited() {
        Recorder child = new Recorder();
        child.inbox("inbox", String.class).bound(2);
        Carousel<String> carousel = new Carousel<>(String.class, String.class, String.class, argument -> child);
        ComponentRig rig = ComponentRig.of(carousel);
        rig.send("inbox", "a", "b", "c", "d").send("next", "1").run();
        assertThat(child.inbox("inbox").size()).isEqualTo(2);

        child.finish();
        rig.run();

        Inbox<String> inbox = carousel.inbox("inbox", String.class);
        for (String each : List.of("a", "b", "c", "d")) {
            assertThat(inbox.poll()).isEqualTo(each);
        }
    }

    @Test
    void whatANestedChildDidNotTakeIsForTheNext() {
        ComponentRig rig = ComponentRig.of(new Carousel<>(
                String.class,
                String.class,
                String.class,
                word -> new Pipeline(new Pipeline(Each.adding(word), Each.adding(word)), Each.adding(word))));
        rig.bound("outbox", 1).send("next", "1").run();
        int sent = 0;
        while (rig.offer("inbox", "m" + sent)) {
            sent++;
            rig.run();
        }

        rig.send("next", "2").run();

        List<String> received = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            received.addAll(rig.take("outbox", String.class));
            rig.run();
        }
        // The rest had gone further than the row's inbox.
        assertThat(received).containsExactly("m0111", "m" + (sent - 2) + "222", "m" + (sent - 1) + "222");
    }

    @Test
    void whatWaitedForAChildReachesOneWithASmallerBox() {
        ComponentRig rig = ComponentRig.of(adding());
        IntStream.range(0, 100).forEach(i -> rig.send("inbox", "m" + i));

        rig.send("next", "").run();

        assertThat(rig.take("outbox", String.class))
                .isEqualTo(IntStream.range(0, 100).mapToObj(i -> "m" + i).toList());
    }

    @Test
    void thatManyChildrenTakeNothingCostsNoMoreThanTheBounds() {
        Carousel<String> carousel = idle();
        ComponentRig rig = ComponentRig.of(carousel);
        Inbox<?> inbox = carousel.inbox("inbox");
        inbox.bound(10);
        for (int i = 0; i < 20; i++) {
            for (int j = 0; j < 5_000 && rig.offer("inbox", "m"); j++) {
                // until it is full
            }
            rig.send("next", "n").run();
            made.forEach(Recorder::finish);
            rig.run();
        }

        assertThat(rig.events()).isEmpty();
        assertThat(inbox.bound()).isEqualTo(10);
        assertThat(inbox.size()).isLessThanOrEqualTo(1_010 + 10);
    }

    @Test
    void aChildWithoutBoxesIsAsGood() {
        List<String> run = new ArrayList<>();
        ComponentRig rig =
                ComponentRig.of(new Carousel<>(String.class, String.class, String.class, argument -> new Component() {
                    @Override
                    protected Next step() {
                        run.add(argument);
                        return DONE;
                    }
                }));

        rig.send("next", "1", "2").run();

        assertThat(run).containsExactly("1", "2");
        assertThat(rig.take("requestNext", Request.class)).containsExactly(Request.NEXT);
    }

    @Test
    void whatAChildSaysOnSignalIsIgnored() {
        ComponentRig rig = ComponentRig.of(idle());
        rig.send("next", "1").run();

        last().say(new ProducerFinished());
        rig.run();

        assertThat(rig.takeSignals()).isEmpty();
        assertThat(rig.take("requestNext", Request.class)).isEmpty();
        assertThat(rig.hasEnded()).isFalse();
    }

    // ---- the end

    @Test
    void withoutAChildItEndsWithTheSignal() {
        for (var signal : List.of(new ProducerFinished(), new ShutdownMicroprocess())) {
            ComponentRig rig = ComponentRig.of(idle());

            rig.send("control", signal).run();

            assertThat(rig.hasEnded()).isTrue();
            assertThat(rig.takeSignals()).containsExactly(signal);
        }
    }

    @Test
    void withAChildItEndsWhenThatHasEndedOfTheSignal() {
        for (var signal : List.of(new ProducerFinished(), new ShutdownMicroprocess())) {
            ComponentRig rig = ComponentRig.of(idle());
            rig.send("next", "1").run();

            rig.send("control", signal).run();
            assertThat(last().heard).containsExactly(signal);
            assertThat(rig.hasEnded()).isFalse();

            last().finish();
            rig.run();
            assertThat(rig.hasEnded()).isTrue();
            assertThat(rig.takeSignals()).containsExactly(signal);
            assertThat(rig.take("requestNext", Request.class)).isEmpty();
            assertThat(rig.scheduler().counters().active()).isZero();
        }
    }

    @Test
    void aFarewellWaitsUntilAllArgumentsAreUsed() {
        ComponentRig rig = ComponentRig.of(idle());
        rig.send("next", "1", "2", "3").send("control", new ProducerFinished());
        for (int i = 0; i < 3; i++) {
            rig.run();
            assertThat(made).hasSize(i + 1);
            last().finish();
        }
        rig.run();

        assertThat(rig.hasEnded()).isTrue();
        assertThat(made.get(1).heard).singleElement().isInstanceOf(ShutdownMicroprocess.class);
        assertThat(made.get(2).heard).singleElement().isInstanceOf(ProducerFinished.class);
    }

    @Test
    void aFarewellComesBehindTheMessagesThatWaited() {
        ComponentRig rig = ComponentRig.of(adding());
        IntStream.range(0, 10).forEach(i -> rig.send("inbox", "m" + i));

        rig.send("next", "").send("control", new ProducerFinished()).run();

        assertThat(rig.take("outbox", String.class)).hasSize(10);
        assertThat(rig.hasEnded()).isTrue();
    }

    @Test
    void aShutdownLeavesArgumentsUnused() {
        ComponentRig rig = ComponentRig.of(idle());
        rig.send("next", "1").run();

        rig.send("next", "2").send("control", new ShutdownMicroprocess()).run();
        last().finish();
        rig.run();

        assertThat(made).hasSize(1);
        assertThat(rig.hasEnded()).isTrue();
    }

    @Test
    void aShutdownReachesAChildThatWasAskedToFinish() {
        ComponentRig rig = ComponentRig.of(idle());
        rig.send("next", "1").run();
        rig.send("control", new ProducerFinished()).run();

        rig.send("control", new ShutdownMicroprocess()).run();

        assertThat(last().heard).hasSize(2).last().isInstanceOf(ShutdownMicroprocess.class);
    }

    @Test
    void otherSignalsGoToTheChild() {
        ServerDraining draining = new ServerDraining(Duration.ofSeconds(1));
        ComponentRig rig = ComponentRig.of(idle());
        rig.send("control", draining).run();

        rig.send("next", "1").send("control", draining).run();
        rig.send("control", draining).run();

        assertThat(last().heard).containsExactly(draining);
    }

    @Test
    void aChildThatThrowsHasEndedLikeAnother() {
        ComponentRig rig = ComponentRig.of(adding());

        rig.expectingFailures().send("next", "1").send("inbox", "die", "a").run();
        assertThat(rig.take("requestNext", Request.class)).containsExactly(Request.NEXT);
        rig.send("next", "2").run();

        assertThat(rig.take("outbox", String.class)).containsExactly("a2");
        assertThat(rig.events()).singleElement().isInstanceOf(ComponentFailed.class);
    }

    @Test
    void aFactoryThatThrowsEndsIt() {
        ComponentRig rig = ComponentRig.of(new Carousel<>(String.class, String.class, String.class, argument -> {
            throw new IllegalArgumentException("no such file: " + argument);
        }));

        rig.expectingFailures().send("next", "1").run();

        assertThat(rig.hasEnded()).isTrue();
        assertThat(rig.takeSignals()).singleElement().isInstanceOf(ShutdownMicroprocess.class);
        assertThat(rig.events())
                .singleElement()
                .isInstanceOfSatisfying(
                        ComponentFailed.class,
                        failed -> assertThat(failed.cause()).hasMessage("no such file: 1"));
    }

    @Test
    void aFactoryThatMakesNothingEndsItWithTheReason() {
        ComponentRig rig = ComponentRig.of(new Carousel<>(String.class, String.class, String.class, argument -> null));

        rig.expectingFailures().send("next", "1").run();

        assertThat(rig.hasEnded()).isTrue();
        assertThat(rig.events())
                .singleElement()
                .isInstanceOfSatisfying(
                        ComponentFailed.class,
                        failed -> assertThat(failed.cause()).hasMessage("the factory made no child of 1"));
    }

    @Test
    void whenItIsEndedItsChildIs() {
        Carousel<String> carousel = idle();
        ComponentRig rig = ComponentRig.of(carousel).send("next", "1").run();

        rig.scheduler().end(carousel);

        assertThat(last().hasEnded()).isTrue();
        assertThat(last().outbox("outbox").isLinked()).isFalse();
        assertThat(rig.scheduler().counters().active()).isZero();
    }

    @Test
    void itTurnsInAGraph() {
        List<String> titles = new ArrayList<>(List.of("1", "2", "3"));
        Component chooser = new Component() {
            private final Inbox<Request> in = addInbox("inbox", Request.class);
            private final Outbox<String> out = outbox("outbox", String.class);

            @Override
            protected Next step() {
                while (in.poll() != null) {
                    if (titles.isEmpty()) {
                        signal().send(new ProducerFinished());
                        return DONE;
                    }
                    out.send(titles.remove(0));
                }
                return PAUSE;
            }
        };
        Carousel<String> player = new Carousel<>(String.class, String.class, String.class, title -> new Component() {
            private final Outbox<String> out = outbox("outbox", String.class);

            @Override
            protected Next step() {
                out.send("playing " + title);
                return DONE;
            }
        });
        ComponentRig rig = ComponentRig.of(Graphline.layout()
                .child("chooser", chooser)
                .child("player", player.make1stRequest())
                .link("player", "requestNext")
                .to("chooser", "inbox")
                .link("chooser", "outbox")
                .to("player", "next")
                .link("chooser", "signal")
                .to("player", "control")
                .link("player", "outbox")
                .to("self", "outbox")
                .build());

        rig.run();

        assertThat(rig.take("outbox", String.class)).containsExactly("playing 1", "playing 2", "playing 3");
        assertThat(rig.hasEnded()).isTrue();
        assertThat(rig.takeSignals()).hasSize(1);
    }
}
