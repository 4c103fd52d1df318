package org.kamaelia.chassis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kamaelia.component.Component;
import org.kamaelia.component.ComponentFailed;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.Reactor;
import org.kamaelia.component.Scheduler;
import org.kamaelia.component.ServerDraining;
import org.kamaelia.component.ShutdownMicroprocess;
import org.kamaelia.component.Signal;
import org.kamaelia.component.testing.ComponentRig;

/** Components wired by name, as one. */
class GraphlineTest {
    private final Recorder a = new Recorder();
    private final Recorder b = new Recorder();
    private final Recorder c = new Recorder();

    private GraphLayout abc() {
        return Graphline.layout().child("a", a).child("b", b).child("c", c);
    }

    @Test
    void messagesGoWhereTheLinksSay() {
        ComponentRig rig = ComponentRig.of(Graphline.layout()
                .child("one", Each.adding("1"))
                .child("two", Each.adding("2"))
                .link("self", "inbox")
                .to("two", "inbox")
                .link("two", "outbox")
                .to("one", "inbox")
                .link("one", "outbox")
                .to("self", "outbox")
                .build());

        rig.send("inbox", "a", "b").run();

        assertThat(rig.take("outbox", String.class)).containsExactly("a21", "b21");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "self", "flurble", "A"})
    void anyNameThatIsNoChildsMeansTheGraph(String self) {
        ComponentRig rig = ComponentRig.of(Graphline.layout()
                .child("a", Each.adding("1"))
                .link(self, "inbox")
                .to("a", "inbox")
                .link("a", "outbox")
                .to(self, "outbox")
                .build());

        rig.send("inbox", "x").run();

        assertThat(rig.take("outbox", String.class)).containsExactly("x1");
    }

    @Test
    void theGraphMakesTheBoxesThatAreNamedForIt() {
        ComponentRig rig = ComponentRig.of(Graphline.layout()
                .child("a", Each.adding("1"))
                .child("b", Each.adding("2"))
                .link("self", "left")
                .to("a", "inbox")
                .link("self", "right")
                .to("b", "inbox")
                .link("a", "outbox")
                .to("self", "out")
                .link("b", "outbox")
                .to("self", "out")
                .build());

        rig.send("left", "x").send("right", "y").run();

        assertThat(rig.take("out", String.class)).containsExactlyInAnyOrder("x1", "y2");
    }

    @Test
    void aGraphIsAChildOfAnother() {
        Graphline inner = Graphline.layout()
                .child("a", Each.adding("1"))
                .link("self", "in")
                .to("a", "inbox")
                .link("a", "outbox")
                .to("self", "out")
                .build();
        ComponentRig rig = ComponentRig.of(Graphline.layout()
                .child("inner", inner)
                .child("row", new Pipeline(Each.adding("2"), Each.adding("3")))
                .link("self", "inbox")
                .to("inner", "in")
                .link("inner", "out")
                .to("row", "inbox")
                .link("inner", "signal")
                .to("row", "control")
                .link("row", "outbox")
                .to("self", "outbox")
                .build());

        rig.send("inbox", "x").send("control", new ProducerFinished()).run();

        assertThat(rig.take("outbox", String.class)).containsExactly("x123");
        assertThat(rig.takeSignals()).singleElement().isInstanceOf(ProducerFinished.class);
        assertThat(rig.hasEnded()).isTrue();
        assertThat(rig.scheduler().counters().active()).isZero();
    }

    @Test
    void aGraphRunsWhenARunningComponentActivatesIt() {
        Graphline graph = Graphline.layout()
                .child("a", Each.adding("1"))
                .link("self", "inbox")
                .to("a", "inbox")
                .link("a", "outbox")
                .to("self", "outbox")
                .build();
        List<String> come = new ArrayList<>();
        Reactor outer = new Reactor() {
            {
                on(inbox("inbox", String.class), message -> {
                    if (!graph.isActive()) {
                        link(graph.outbox("outbox", String.class), addInbox("come", String.class));
                        addChild(graph);
                        activate(graph);
                    }
                    tell(graph.inbox("inbox", String.class), message);
                });
            }

            @Override
            protected Next step() {
                Next next = super.step();
                if (hasBox("come")) {
                    Inbox<String> box = inbox("come", String.class);
                    for (String each = box.poll(); each != null; each = box.poll()) {
                        come.add(each);
                    }
                }
                return next;
            }
        };

        ComponentRig.of(outer).send("inbox", "x", "y").run();

        assertThat(come).containsExactly("x1", "y1");
    }

    @Test
    void aFullEndHoldsUpWhoSendsAndLosesNothing() {
        ComponentRig rig = ComponentRig.of(Graphline.layout()
                        .child("one", Each.adding("1"))
                        .child("two", Each.adding("2"))
                        .link("self", "inbox")
                        .to("one", "inbox")
                        .link("one", "outbox")
                        .to("two", "inbox")
                        .link("one", "signal")
                        .to("two", "control")
                        .link("two", "outbox")
                        .to("self", "outbox")
                        .link("two", "signal")
                        .to("self", "signal")
                        .build())
                .bound("outbox", 1);
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            if (rig.offer("inbox", "m" + i)) {
                sent.add("m" + i + "12");
            }
            rig.run();
        }
        assertThat(sent).as("bounds along the way").hasSizeLessThan(10);

        List<String> received = new ArrayList<>();
        rig.send("control", new ProducerFinished()).run();
        while (!rig.hasEnded()) {
            received.addAll(rig.take("outbox", String.class));
            rig.run();
        }
        received.addAll(rig.take("outbox", String.class));

        assertThat(received).isEqualTo(sent);
        assertThat(rig.scheduler().counters().toNowhere()).isZero();
    }

    // ---- control

    @Test
    void controlGoesToEveryChildWithoutAControlLink() {
        ServerDraining draining = new ServerDraining(Duration.ZERO);
        ComponentRig rig =
                ComponentRig.of(abc().link("a", "signal").to("b", "control").build());

        rig.send("control", draining, new ProducerFinished()).run();

        assertThat(a.heard).hasSize(2).contains(draining);
        assertThat(b.heard).isEmpty();
        assertThat(c.heard).isEqualTo(a.heard);
    }

    @Test
    void controlThatIsPassedThroughGoesThereOnly() {
        ComponentRig rig =
                ComponentRig.of(abc().link("self", "control").to("a", "control").build());

        rig.send("control", new ShutdownMicroprocess()).run();

        assertThat(a.heard).hasSize(1);
        assertThat(b.heard).isEmpty();
        assertThat(c.heard).isEmpty();
    }

    @Test
    void controlReachesThoseWhoseControlLinkHasLostItsSource() {
        ComponentRig rig = ComponentRig.of(abc().link("self", "control")
                .to("a", "control")
                .link("a", "signal")
                .to("b", "control")
                .link("b", "signal")
                .to("c", "control")
                .build());
        rig.run();
        a.finish();
        rig.run();

        rig.send("control", new ShutdownMicroprocess()).run();

        assertThat(b.heard).hasSize(1);
        assertThat(c.heard).isEmpty();
    }

    @Test
    void aRingOfControlLinksCanBeShutDown() {
        ComponentRig rig = ComponentRig.of(abc().link("a", "signal")
                .to("b", "control")
                .link("b", "signal")
                .to("c", "control")
                .link("c", "signal")
                .to("a", "control")
                .build());

        rig.send("control", new ShutdownMicroprocess()).run();

        assertThat(List.of(a, b, c)).allSatisfy(each -> assertThat(each.heard).hasSize(1));
    }

    // ---- the end

    @Test
    void itEndsWhenAllChildrenHaveAndSaysSo() {
        ComponentRig rig = ComponentRig.of(abc().build()).run();
        a.finish();
        b.finish();
        rig.run();
        assertThat(rig.hasEnded()).isFalse();
        assertThat(rig.takeSignals()).isEmpty();

        c.finish();
        rig.run();

        assertThat(rig.hasEnded()).isTrue();
        assertThat(rig.takeSignals()).singleElement().isInstanceOf(ProducerFinished.class);
        assertThat(rig.scheduler().counters().active()).isZero();
    }

    @Test
    void itPassesTheShutdownOnThatItWasSent() {
        ShutdownMicroprocess stop = new ShutdownMicroprocess();
        ComponentRig rig = ComponentRig.of(abc().build());
        rig.send("control", stop).run();
        assertThat(rig.takeSignals()).isEmpty();

        List.of(a, b, c).forEach(Recorder::finish);
        rig.run();

        assertThat(rig.takeSignals()).containsExactly(stop);
    }

    @Test
    void itSaysNothingWhereAChildSpeaksForIt() {
        ProducerFinished word = new ProducerFinished();
        ComponentRig rig =
                ComponentRig.of(abc().link("a", "signal").to("self", "signal").build());
        rig.send("control", new ShutdownMicroprocess()).run();
        a.say(word);
        List.of(a, b, c).forEach(Recorder::finish);
        rig.run();

        assertThat(rig.hasEnded()).isTrue();
        assertThat(rig.takeSignals()).containsExactly(word);
    }

    @Test
    void aChildThatThrowsEndsAll() {
        ComponentRig rig = ComponentRig.of(abc().child("one", Each.adding(""))
                .link("self", "inbox")
                .to("one", "inbox")
                .build());

        rig.expectingFailures().send("inbox", "die").run();

        assertThat(rig.hasEnded()).isTrue();
        assertThat(List.of(a, b, c)).allMatch(Component::hasEnded);
        assertThat(rig.takeSignals()).singleElement().isInstanceOf(ShutdownMicroprocess.class);
        assertThat(rig.events())
                .last()
                .isInstanceOfSatisfying(
                        ComponentFailed.class,
                        failed -> assertThat(failed.cause())
                                .isInstanceOf(PartFailed.class)
                                .hasMessageContaining("Each")
                                .hasRootCauseMessage("told to die"));
        assertThat(rig.scheduler().counters().active()).isZero();
    }

    @Test
    void whenItIsEndedItsChildrenAre() {
        Graphline graph = abc().link("a", "outbox").to("b", "inbox").build();
        ComponentRig rig = ComponentRig.of(graph).run();

        rig.scheduler().end(graph);

        assertThat(List.of(a, b, c)).allMatch(Component::hasEnded);
        assertThat(a.outbox("outbox").isLinked()).isFalse();
        assertThat(rig.scheduler().counters().active()).isZero();
    }

    @Test
    void whatAChildDidNotTakeIsTheGraphsAgain() {
        Graphline graph = abc().child("one", Each.adding(""))
                .link("self", "inbox")
                .to("one", "inbox")
                .build();
        ComponentRig rig = ComponentRig.of(graph);

        rig.send("inbox", "stop", "left").run();

        Inbox<?> inbox = graph.inbox("inbox");
        assertThat(inbox.poll()).isEqualTo("left");
        assertThat(rig.scheduler().counters().toNowhere()).isZero();
    }

    @Test
    void whatASiblingSentIsNotTheGraphs() {
        Graphline graph = abc().link("self", "inbox")
                .to("b", "inbox")
                .link("a", "outbox")
                .to("b", "inbox")
                .build();
        ComponentRig rig = ComponentRig.of(graph).run();
        a.say("to b");
        b.finish();

        rig.run();

        assertThat(graph.inbox("inbox").dataReady()).isFalse();
        assertThat(rig.scheduler().counters().toNowhere()).isOne();
    }

    // ---- what is refused

    @Test
    void aBoxThatIsNotThereIsNamedWithThoseThatAre() {
        GraphLayout layout = abc().link("a", "outbux").to("b", "inbox");

        assertThatExceptionOfType(NoSuchElementException.class)
                .isThrownBy(layout::build)
                .withMessageContaining("link(\"a\", \"outbux\").to(\"b\", \"inbox\")")
                .withMessageContaining("\"a\", Recorder")
                .withMessageContaining("no outbox \"outbux\"; it has [outbox]");
    }

    @Test
    void aLinkThatNamesNoChildIsRefusedWithTheNamesThereAre() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> abc().link("aa", "inbox").to("bb", "outbox").build())
                .withMessageContaining("link(\"aa\", \"inbox\").to(\"bb\", \"outbox\") names no child")
                .withMessageContaining("[a, b, c]");
    }

    @Test
    void boxesOfDifferentTypesAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> abc().link("a", "outbox").to("b", "control").build())
                .withMessageContaining("link(\"a\", \"outbox\").to(\"b\", \"control\")")
                .withMessageContaining("Signal, not String");
    }

    @Test
    void aRefusedLayoutLeavesItsComponentsAsTheyWere() {
        GraphLayout layout =
                abc().link("a", "outbox").to("b", "inbox").link("a", "outbox").to("c", "inbox");
        assertThatIllegalArgumentException().isThrownBy(layout::build).withMessageContaining("already leads to");

        Graphline graph = abc().link("a", "outbox").to("c", "inbox").build();

        ComponentRig.of(graph).run();
        assertThat(a.isActive()).isTrue();
    }

    @Test
    void anInboxAndAnOutboxOfTheGraphCannotShareAName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> abc().link("self", "video")
                        .to("a", "inbox")
                        .link("a", "outbox")
                        .to("self", "video")
                        .build())
                .withMessageContaining("both called \"video\"");
    }

    @Test
    void childrenNeedNamesOfTheirOwnAndMustNotRunYet() {
        GraphLayout layout = Graphline.layout().child("a", a);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> layout.child("a", b))
                .withMessageContaining("rename");
        assertThatIllegalArgumentException().isThrownBy(() -> layout.child("self", b));
        assertThatIllegalArgumentException().isThrownBy(() -> layout.child("", b));
        new Scheduler().activate(b);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> layout.child("b", b))
                .withMessageContaining("activated already");
        assertThatNullPointerException()
                .isThrownBy(() -> layout.child("c", null))
                .withMessage("the child \"c\" is null");
    }

    @Test
    void signalsOfOneChildCanGoToItsSibling() {
        Signal word = new ProducerFinished();
        ComponentRig rig =
                ComponentRig.of(abc().link("a", "signal").to("b", "control").build());
        rig.run();

        a.say(word);
        rig.run();

        assertThat(b.heard).containsExactly(word);
    }
}
