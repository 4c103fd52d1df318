package org.kamaelia.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How components end: by themselves, by another's hand, by throwing; and what others learn of it. */
class EndsTest {
    private final RuntimeException broken = new RuntimeException("broken");

    private final HandDriven hand = new HandDriven();
    private final Probe component = new Probe();
    private final Probe peer = new Probe();
    private final Probe parent = new Probe();

    @Test
    void doneEndsAComponentOnce() {
        component.does(() -> Next.DONE);
        hand.start(component);
        hand.scheduler.end(component);

        assertThat(component.ends).hasSize(1).containsOnlyNulls();
        assertThat(component.hasEnded()).isTrue();
        assertThat(component.isActive()).isFalse();
        assertThat(hand.events).isEmpty();
    }

    @Test
    void aFarewellCanBeSentFromTheEndHook() {
        component.link(component.signal(), peer.control());
        component.does(() -> Next.DONE);
        component.whenEnded = failure -> component.signal().send(new ProducerFinished());
        hand.start(peer, component);

        assertThat(peer.control().poll()).isInstanceOf(ProducerFinished.class);
    }

    @Test
    void aComponentThatThrowsEndsAloneAndTheOthersRunOn() {
        component.does(() -> {
            throw broken;
        });

        hand.start(component, peer);
        peer.wake();
        hand.run();

        assertThat(component.ends).containsExactly(broken);
        assertThat(peer.turns).isEqualTo(2);
        assertThat(hand.events).containsExactly(new ComponentFailed("Probe#1", component, broken));
        assertThat(hand.scheduler.counters().failures()).isEqualTo(1);
        assertThat(hand.scheduler.counters().active()).isEqualTo(1);
    }

    @Test
    void aComponentThatThrowsShutsDownWhoeverListensToItsSignal() {
        component.link(component.signal(), peer.control());
        component.does(() -> {
            throw broken;
        });

        hand.start(component, peer);

        assertThat(peer.control().poll())
                .isInstanceOfSatisfying(
                        ShutdownMicroprocess.class,
                        signal -> assertThat(signal.reason()).isSameAs(broken));
    }

    @Test
    void aParentLearnsWhyItsChildEnded() {
        List<Throwable> told = new ArrayList<>();
        parent.whenChildEnded = (child, failure) -> told.add(failure);
        parent.addChild(component);
        component.does(() -> {
            throw broken;
        });

        hand.start(parent, component);

        assertThat(told).containsExactly(broken);
        assertThat(parent.turns).isEqualTo(2);
        assertThat(parent.hasChildren()).isFalse();
    }

    @Test
    void anErrorInTheJvmIsNoReasonToStopOthers() {
        component.does(this::overflow);

        hand.start(component, peer);

        assertThat(component.hasEnded()).isTrue();
        assertThat(peer.turns).isEqualTo(1);
    }

    @SuppressWarnings("InfiniteRecursion")
    private Next overflow() {
        return overflow();
    }

    @Test
    void whatTheEndHookThrowsIsTheFailure() {
        component.whenEnded = failure -> {
            throw broken;
        };
        component.link(component.out, peer.in);
        parent.addChild(component);
        component.does(() -> Next.DONE);

        hand.start(parent, peer, component);

        assertThat(hand.failures()).containsExactly(broken);
        assertThat(component.hasEnded()).isTrue();
        assertThat(peer.in.firstIn).isNull();
        assertThat(parent.childrenEnded).containsExactly(component);
    }

    @Test
    void whatTheEndHookThrowsOnTopOfAFailureIsNotLost() {
        RuntimeException first = new RuntimeException("first");
        RuntimeException second = new RuntimeException("second");
        component.does(() -> {
            throw first;
        });
        component.whenEnded = failure -> {
            throw second;
        };

        hand.start(component);

        assertThat(hand.failures()).containsExactly(first);
        assertThat(first.getSuppressed()).containsExactly(second);
    }

    @Test
    void theEndHookMayThrowAgainWhatItWasGiven() {
        RuntimeException failure = new RuntimeException("again");
        component.does(() -> {
            throw failure;
        });
        component.whenEnded = given -> {
            throw failure;
        };

        hand.start(component);

        assertThat(hand.failures()).containsExactly(failure);
        assertThat(component.hasEnded()).isTrue();
    }

    @Test
    void aParentThatThrowsOnItsChildsEndEndsItself() {
        Probe grandparent = new Probe();
        grandparent.addChild(parent);
        parent.addChild(component);
        parent.whenChildEnded = (child, failure) -> {
            throw broken;
        };
        component.does(() -> Next.DONE);

        hand.start(grandparent, parent, peer, component);

        assertThat(component.hasEnded()).isTrue();
        assertThat(parent.ends).containsExactly(broken);
        assertThat(grandparent.childrenEnded).containsExactly(parent);
        assertThat(peer.turns).isEqualTo(1);
        assertThat(hand.scheduler.counters().active()).isEqualTo(2);
    }

    @Test
    void aMessageThatThrowsWhenItGoesNowhereHoldsUpNothing() {
        Undeliverable fragile = () -> {
            throw broken;
        };
        Inbox<Undeliverable> in = component.addInbox("held", Undeliverable.class);
        peer.link(peer.out, component.in);
        hand.start(component, peer);
        peer.tell(in, fragile);
        peer.tell(in, fragile);

        hand.scheduler.end(component);

        assertThat(hand.failures()).containsExactly(broken, broken);
        assertThat(component.hasEnded()).isTrue();
        assertThat(in.size()).isZero();
        assertThat(peer.out.isLinked()).isFalse();
    }

    @Test
    void anObserverThatThrowsHoldsUpNothing() {
        List<Throwable> uncaught = new ArrayList<>();
        Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> uncaught.add(thrown));
        try {
            Scheduler scheduler = new Scheduler(() -> 0, Scheduler.Host.NONE, event -> {
                throw broken;
            });
            component.does(() -> {
                throw new RuntimeException("the component's own");
            });
            scheduler.activate(component);
            scheduler.activate(peer);

            scheduler.run();

            assertThat(component.hasEnded()).isTrue();
            assertThat(peer.turns).isEqualTo(1);
            assertThat(uncaught).containsExactly(broken);
        } finally {
            Thread.currentThread().setUncaughtExceptionHandler(null);
        }
    }

    @Test
    void aComponentWhoseSignalIsOfAnotherTypeCanFailToo() {
        Component odd = new Component() {
            final Outbox<String> signal = outbox("signal", String.class);

            @Override
            protected Next step() {
                signal.send("about to fail");
                throw broken;
            }
        };

        hand.start(odd, peer);

        assertThat(odd.hasEnded()).isTrue();
        assertThat(hand.failures()).containsExactly(broken);
        assertThat(peer.turns).isEqualTo(1);
    }

    @Test
    void aComponentMayEndItselfWithinItsStep() {
        component.does(() -> {
            component.end(component);
            return Next.AGAIN;
        });

        hand.start(component);

        assertThat(component.turns).isEqualTo(1);
        assertThat(component.ends).hasSize(1);
        assertThat(hand.scheduler.counters().active()).isZero();
    }

    @Test
    void aComponentThatEndedItselfInItsStepTellsItsParentOnce() {
        parent.addChild(component);
        component.does(() -> {
            component.end(component);
            component.end(component);
            return Next.DONE;
        });

        hand.start(parent, component);

        assertThat(component.ends).hasSize(1);
        assertThat(parent.childrenEnded).containsExactly(component);
        assertThat(parent.turns).isEqualTo(2);
        assertThat(hand.events).isEmpty();
    }

    @Test
    void aParentMayEndItselfWhenItsChildEnds() {
        Probe grandparent = new Probe();
        grandparent.addChild(parent);
        parent.addChild(component);
        parent.addChild(peer);
        parent.whenChildEnded = (child, failure) -> parent.end(parent);
        hand.start(grandparent, parent, component, peer);

        hand.scheduler.end(component);
        hand.run();

        assertThat(parent.ends).hasSize(1);
        assertThat(parent.turns).as("not woken after its end").isEqualTo(1);
        assertThat(grandparent.childrenEnded).containsExactly(parent);
        assertThat(peer.isActive()).isTrue();
        assertThat(hand.scheduler.counters().active()).isEqualTo(2);
    }

    @Test
    void aParentMayEndItsOtherChildrenWhenOneEnds() {
        Probe third = new Probe();
        List.of(component, peer, third).forEach(parent::addChild);
        parent.whenChildEnded = (child, failure) -> parent.forEachChild(parent::end);
        hand.start(parent, component, peer, third);

        hand.scheduler.end(peer);
        hand.run();

        assertThat(parent.childrenEnded).containsExactly(peer, component, third);
        assertThat(parent.hasChildren()).isFalse();
        assertThat(parent.turns).isEqualTo(2);
        assertThat(component.ends).hasSize(1);
        assertThat(third.ends).hasSize(1);
    }

    @Test
    void aParentMayTakeANewChildWhenOneEnds() {
        parent.addChild(component);
        parent.whenChildEnded = (child, failure) -> {
            parent.addChild(peer);
            parent.activate(peer);
        };
        component.does(() -> Next.DONE);

        hand.start(parent, component);

        assertThat(peer.turns).isEqualTo(1);
        hand.scheduler.end(peer);
        assertThat(parent.childrenEnded).containsExactly(component, peer);
    }

    @Test
    void aComponentMayEndItsParentInItsStepAndGoesOnAsAnOrphan() {
        parent.addChild(component);
        parent.link(component.out, parent.in);
        component.does(() -> {
            if (component.turns == 1) {
                component.end(parent);
                return Next.AGAIN;
            }
            return Next.DONE;
        });

        hand.start(parent, component);

        assertThat(parent.ends).hasSize(1);
        assertThat(component.turns).isEqualTo(2);
        assertThat(component.ends).hasSize(1);
        assertThat(component.out.isLinked()).isFalse();
        assertThat(parent.childrenEnded).as("it had ended before").isEmpty();
        assertThat(hand.events).isEmpty();
    }

    @Test
    void aComponentMayEndItsParentInItsOwnEnd() {
        parent.addChild(component);
        component.whenEnded = failure -> component.end(parent);
        hand.start(parent, component);

        hand.scheduler.end(component);
        hand.run();

        assertThat(parent.ends).hasSize(1);
        assertThat(component.ends).hasSize(1);
        assertThat(parent.childrenEnded).isEmpty();
        assertThat(parent.turns).isEqualTo(1);
        assertThat(hand.scheduler.counters().active()).isZero();
    }

    @Test
    void aComponentThatIsEndingNeitherWakesNorEndsAgain() {
        component.whenEnded = failure -> {
            component.wake();
            component.end(component);
            peer.tell(component.in, "too late to be read");
        };
        hand.start(component, peer);

        hand.scheduler.end(component);
        hand.run();

        assertThat(component.ends).hasSize(1);
        assertThat(component.turns).isEqualTo(1);
        assertThat(hand.scheduler.counters().toNowhere()).isEqualTo(1);
    }

    @Test
    void whatAComponentThrowsAfterItEndedItselfIsStillTold() {
        component.does(() -> {
            component.end(component);
            throw broken;
        });

        hand.start(component);

        assertThat(component.ends).hasSize(1).containsOnlyNulls();
        assertThat(hand.failures()).containsExactly(broken);
        assertThat(hand.scheduler.counters().active()).isZero();
    }

    @Test
    void componentsThatEndEachOtherEndOnceEach() {
        component.whenEnded = failure -> component.end(peer);
        peer.whenEnded = failure -> peer.end(component);
        hand.start(component, peer);

        hand.scheduler.end(component);

        assertThat(component.ends).hasSize(1);
        assertThat(peer.ends).hasSize(1);
        assertThat(hand.scheduler.counters().active()).isZero();
    }

    @Test
    void anEndedComponentThatIsStillInTheQueueGetsNoTurn() {
        hand.scheduler.activate(component);
        hand.scheduler.activate(peer);

        hand.scheduler.end(peer);
        hand.run();

        assertThat(component.turns).isEqualTo(1);
        assertThat(peer.turns).isZero();
    }

    @Test
    void endingWhatWasNeverActiveDoesNothing() {
        hand.scheduler.end(component);

        assertThat(component.ends).isEmpty();
        assertThat(component.hasEnded()).isFalse();
    }

    @Test
    void childrenOutliveTheirParentAsOrphans() {
        parent.addChild(component);
        hand.start(parent, component);

        hand.scheduler.end(parent);
        component.wake();
        hand.run();

        assertThat(component.isActive()).isTrue();
        assertThat(component.turns).isEqualTo(2);
        assertThat(parent.hasChildren()).isFalse();
        peer.addChild(component);
        hand.scheduler.end(component);
        assertThat(parent.childrenEnded).isEmpty();
        assertThat(peer.childrenEnded).containsExactly(component);
    }

    @Test
    void aChildHasOneParent() {
        parent.addChild(component);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> peer.addChild(component))
                .withMessageContaining("already is a child");
    }

    @Test
    void parentAndChildRunOnOneScheduler() {
        HandDriven elsewhere = new HandDriven();
        hand.start(parent);
        elsewhere.start(peer);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> parent.addChild(peer))
                .withMessageContaining("it runs on another scheduler");

        parent.addChild(component);
        assertThatIllegalStateException()
                .isThrownBy(() -> elsewhere.scheduler.activate(component))
                .withMessageContaining("its parent " + parent + " runs on another scheduler");

        Probe older = new Probe();
        older.addChild(new Probe());
        Probe child = new Probe();
        older.addChild(child);
        hand.start(child);
        assertThatIllegalStateException()
                .isThrownBy(() -> elsewhere.scheduler.activate(older))
                .withMessageContaining("its child " + child + " runs on another scheduler");
        hand.start(older);
        assertThat(older.isActive()).isTrue();
    }

    @Test
    void aSchedulerEndsOnlyItsOwn() {
        HandDriven elsewhere = new HandDriven();
        elsewhere.start(component);

        assertThatIllegalStateException()
                .isThrownBy(() -> hand.scheduler.end(component))
                .withMessageContaining(component + " runs on another scheduler");

        assertThat(component.isActive()).isTrue();
        assertThat(elsewhere.scheduler.counters().active()).isEqualTo(1);
    }

    @Test
    void noChildIsAddedWhoseEndWouldNotBeTold() {
        hand.start(component, parent);
        hand.scheduler.end(component);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> parent.addChild(component))
                .withMessageContaining(component + " has ended");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> component.addChild(peer))
                .withMessageContaining(component + " has ended");
        assertThat(parent.hasChildren()).isFalse();
        assertThat(component.hasChildren()).isFalse();
    }

    @Test
    void aComponentIsNotAmongItsOwnDescendants() {
        parent.addChild(component);
        component.addChild(peer);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> peer.addChild(parent))
                .withMessageContaining("its descendant");
        assertThatIllegalArgumentException().isThrownBy(() -> parent.addChild(parent));
    }

    @Test
    void everyChildIsVisitedThoughVisitsEndOthers() {
        Probe first = new Probe();
        Probe second = new Probe();
        Probe third = new Probe();
        List<Component> visited = new ArrayList<>();
        for (Probe each : List.of(first, second, third)) {
            parent.addChild(each);
        }
        hand.start(parent, first, second, third);

        parent.forEachChild(child -> {
            visited.add(child);
            if (child == first) {
                parent.end(first);
                parent.end(second);
            }
        });

        assertThat(visited).containsExactly(first, third);
    }

    @Test
    void nothingOfAnEndedComponentStaysBehind() {
        hand.start(peer, parent);
        for (int i = 0; i < 100; i++) {
            Probe passing = new Probe();
            parent.addChild(passing);
            parent.link(peer.out, passing.in);
            parent.link(passing.out, peer.in);
            passing.link(passing.signal(), parent.control());
            peer.in.bound(1);
            hand.start(passing);
            passing.wakeAfter(java.time.Duration.ofHours(1));
            passing.out.offer("fills");
            assertThat(passing.out.hasRoom()).isFalse();

            hand.scheduler.end(passing);
        }

        assertThat(hand.scheduler.nextDeadline()).isEqualTo(Long.MAX_VALUE);
        assertThat(parent.firstMade).isNull();
        assertThat(parent.hasChildren()).isFalse();
        assertThat(parent.control().firstIn).isNull();
        assertThat(peer.in.firstIn).isNull();
        assertThat(peer.out.isLinked()).isFalse();
        assertThat(peer.in).extracting("firstRefused").isNull();
        assertThat(hand.scheduler.counters().active()).isEqualTo(2);
    }

    @Test
    void aStepThatReturnsNullEndsItsComponentWithTheReason() {
        Probe careless = new Probe();
        careless.does(() -> null);

        hand.start(careless);

        assertThat(careless.hasEnded()).isTrue();
        assertThat(hand.failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure).hasMessageContaining("AGAIN, PAUSE or DONE"));
    }
}
