package org.kamaelia.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a linkage between two schedulers carries, holds back and leaves behind; both are driven by hand. */
class RemoteLinkagesTest {
    private final HandDriven near = new HandDriven();
    private final HandDriven far = new HandDriven();
    private final Probe sender = new Probe();
    private final Probe receiver = new Probe();

    @BeforeEach
    void start() {
        near.start(sender);
        far.start(receiver);
    }

    // ---- making

    @Test
    void itIsMadeOnceBothEndsStand() {
        CompletionStage<RemoteLinkage> made = sender.linkAcross(sender.out, receiver.in);
        assertThat(made).isNotDone();
        far.run();
        assertThat(made).isNotDone();
        near.run();
        assertThat(made).as("the answer comes to the maker in its next cycle").isNotDone();
        near.run();

        RemoteLinkage linkage = of(made);
        assertThat(linkage.isLinked()).isTrue();
        assertThat(linkage.source()).isSameAs(sender.out);
        assertThat(linkage.sink()).isSameAs(receiver.in);
        assertThat(linkage).hasToString(sender.out + " -> " + receiver.in);
        assertThat(linkage.ended()).isNotDone();
    }

    @Test
    void itsEndsCanBeSeenUnderClearNames() {
        link(10);

        assertThat(destinationOf(sender.out)).hasToString("Departure#2(Probe#1.outbox -> Probe#1.inbox).inbox");
        assertThat(receiver.in.firstIn).isNotNull();
        assertThat(receiver.in.firstIn.source()).hasToString("Arrival#2(Probe#1.outbox -> Probe#1.inbox).outbox");
        assertThat(destinationOf(sender.out).bound()).isEqualTo(10);
    }

    @Test
    void theWindowIsTheDefaultBoundOfTheTypeUnlessSaid() {
        settled(sender.linkAcross(sender.out, receiver.in));

        assertThat(destinationOf(sender.out).bound()).isEqualTo(Weighers.DEFAULT_MESSAGES);
    }

    @Test
    void aThirdSchedulersComponentCanMakeIt() {
        HandDriven third = new HandDriven();
        Probe maker = new Probe();
        third.start(maker);

        CompletionStage<RemoteLinkage> made = maker.linkAcross(sender.out, receiver.in, 10);
        settle();
        assertThat(made).isNotDone();
        third.run();
        RemoteLinkage linkage = of(made);
        say("hello");
        settle();
        assertThat(receiver.takeAll()).containsExactly("hello");

        third.scheduler.end(maker);
        settle();
        assertThat(linkage.ended()).isNotDone();
        third.run();
        assertThat(linkage.ended()).isCompleted();
        assertNothingIsLeft();
    }

    @Test
    void withinOneSchedulerItDoesTheSame() {
        Probe neighbour = new Probe();
        near.start(neighbour);
        RemoteLinkage linkage = settled(sender.linkAcross(sender.out, neighbour.in, 10));

        say("hello");
        settle();

        assertThat(neighbour.takeAll()).containsExactly("hello");
        sender.unlink(linkage);
        settle();
        assertThat(near.scheduler.counters().active()).isEqualTo(2);
    }

    @Test
    void aWindowOfNothingIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sender.linkAcross(sender.out, receiver.in, 0))
                .withMessageContaining("window")
                .withMessageContaining("at least 1, not 0");
    }

    @Test
    void whatIsNotActiveIsNotLinked() {
        Probe inactive = new Probe();

        assertFails(sender.linkAcross(sender.out, inactive.in), "is not active; activate it");
        assertFails(sender.linkAcross(inactive.out, receiver.in), "is not active; activate it");
        assertFails(inactive.linkAcross(sender.out, receiver.in), "is not active; activate it");
        assertNothingIsLeft();
    }

    @Test
    void anEndedSinkOrSourceIsNotLinked() {
        Probe gone = new Probe();
        Probe goneToo = new Probe();
        far.start(gone);
        near.start(goneToo);
        far.scheduler.end(gone);
        near.scheduler.end(goneToo);

        assertFails(sender.linkAcross(sender.out, gone.in), gone + " has ended");
        assertFails(sender.linkAcross(goneToo.out, receiver.in), goneToo + " has ended");
        assertThat(sender.firstMadeAcross).isNull();
        assertNothingIsLeft();
    }

    @Test
    void aSinkThatWasRemovedIsNotLinked() {
        Inbox<String> removed = receiver.addInbox("removed", String.class);
        receiver.remove(removed);

        assertFails(sender.linkAcross(sender.out, removed), receiver + ".removed has been removed");
        assertNothingIsLeft();
    }

    @Test
    @SuppressWarnings({"unchecked", "rawtypes"})
    void boxesLinkedByRawTypesMustFit() {
        Inbox numbers = receiver.addInbox("numbers", Integer.class);

        CompletionStage<RemoteLinkage> made = sender.linkAcross((Outbox) sender.out, numbers);
        settle();

        assertThat(made).isCompletedExceptionally();
        assertThat(failureOf(made)).hasMessageContaining("the one carries String, the other Integer");
        assertThat(sender.out.isLinked()).isFalse();
        assertNothingIsLeft();
    }

    @Test
    void aStoppedSchedulerIsNotLinked() {
        far.scheduler.stop();
        assertFails(sender.linkAcross(sender.out, receiver.in), "has stopped");
        near.scheduler.stop();
        assertThat(near.scheduler.counters().active()).isZero();
    }

    @Test
    void aSourcesSchedulerThatStopsMeanwhileLeavesNothingAtTheSink() {
        HandDriven third = new HandDriven();
        Probe maker = new Probe();
        third.start(maker);
        CompletionStage<RemoteLinkage> made = maker.linkAcross(sender.out, receiver.in);
        far.run();
        near.scheduler.stop();
        far.run();
        third.run();

        assertThat(failureOf(made)).hasMessageContaining("has stopped");
        assertThat(far.scheduler.counters().active()).isEqualTo(1);
        assertThat(receiver.in.firstIn).isNull();
    }

    @Test
    void aBoxThatLeadsSomewhereAlreadyIsNotLinked() {
        Probe neighbour = new Probe();
        near.start(neighbour);
        Linkage there = sender.link(sender.out, neighbour.in);

        CompletionStage<RemoteLinkage> made = sender.linkAcross(sender.out, receiver.in);
        settle();

        assertThat(failureOf(made)).isInstanceOf(BoxAlreadyLinked.class);
        assertThat(there.isLinked()).isTrue();
        assertThat(near.scheduler.counters().active()).isEqualTo(2);
        assertThat(far.scheduler.counters().active()).isEqualTo(1);
        assertThat(sender.firstMadeAcross).isNull();
    }

    @Test
    void aMakerThatEndsMeanwhileLeavesNothing() {
        for (int cyclesBefore = 0; cyclesBefore < 3; cyclesBefore++) {
            Probe maker = new Probe();
            near.start(maker);
            CompletionStage<RemoteLinkage> made = maker.linkAcross(sender.out, receiver.in);
            if (cyclesBefore > 0) {
                far.run();
            }
            if (cyclesBefore > 1) {
                near.run();
            }
            near.scheduler.end(maker);
            settle();

            assertThat(failureOf(made)).hasMessageContaining("was undone before it stood");
            assertNothingIsLeft();
        }
    }

    @Test
    void aMakersSchedulerThatStopsMeanwhileLeavesNothing() {
        for (int cyclesBefore = 0; cyclesBefore < 3; cyclesBefore++) {
            HandDriven third = new HandDriven();
            Probe maker = new Probe();
            third.start(maker);
            CompletionStage<RemoteLinkage> made = maker.linkAcross(sender.out, receiver.in);
            if (cyclesBefore > 0) {
                far.run();
            }
            if (cyclesBefore > 1) {
                near.run();
            }
            third.scheduler.stop();
            settle();

            assertThat(made).isCompletedExceptionally();
            assertNothingIsLeft();
        }
    }

    @Test
    void aSinkThatEndsMeanwhileLeavesNothing() {
        CompletionStage<RemoteLinkage> made = sender.linkAcross(sender.out, receiver.in);
        far.run();
        far.scheduler.end(receiver);
        far.run();
        settle();

        assertThat(of(made).ended()).isCompleted();
        assertThat(of(made).isLinked()).isFalse();
        assertThat(sender.out.isLinked()).isFalse();
        assertThat(near.scheduler.counters().active()).isEqualTo(1);
        assertThat(far.scheduler.counters().active()).isZero();
    }

    // ---- carrying

    @Test
    void whatIsSentArrivesInOrder() {
        link(100);

        say("1", "2");
        near.run();
        say("3");
        settle();

        assertThat(receiver.takeAll()).containsExactly("1", "2", "3");
        assertThat(receiver.turns).as("woken by what came").isGreaterThan(1);
    }

    @Test
    void whatIsSentInOneCycleCrossesAsOne() {
        Scheduler[] eager = {null};
        eager[0] = new Scheduler(
                Clock.SYSTEM,
                new Scheduler.Host() {
                    @Override
                    public void runSoon() {}

                    @Override
                    public void wakeUp() {
                        eager[0].run();
                    }

                    @Override
                    public void runAt(long nanoTime) {}
                },
                event -> {});
        Probe other = new Probe();
        eager[0].activate(other);
        eager[0].run();
        Probe second = new Probe();
        near.start(second);
        near.scheduler.activate(new Probe());
        Linkage unused = second.link(second.out, sender.out);
        CompletionStage<RemoteLinkage> made = sender.linkAcross(sender.out, other.in);
        near.run();
        near.run();
        assertThat(of(made).isLinked()).isTrue();
        long cycles = eager[0].counters().cycles();

        sender.does(() -> {
            sender.out.send("a");
            second.wake();
            return Next.PAUSE;
        });
        second.does(() -> {
            second.out.send("b");
            return Next.PAUSE;
        });
        sender.wake();
        near.run();

        assertThat(eager[0].counters().cycles()).isEqualTo(cycles + 1);
        assertThat(other.takeAll()).containsExactly("a", "b");
    }

    @Test
    void whatItLeadsToMayLeadOn() {
        Probe child = new Probe();
        far.start(child);
        link(100);
        Linkage on = receiver.link(receiver.in, child.in);

        say("for the child");
        settle();
        receiver.unlink(on);
        say("for the receiver");
        settle();

        assertThat(child.takeAll()).containsExactly("for the child");
        assertThat(receiver.takeAll()).containsExactly("for the receiver");
    }

    @Test
    void anInboxCanBePassedThroughWithWhatWaits() {
        Probe writer = new Probe();
        near.start(writer);
        writer.link(writer.out, sender.in);
        writer.out.send("1");
        writer.out.send("2");

        assertFails(sender.linkAcross(sender.in, receiver.in, 1), "full");
        assertThat(sender.in.size()).isEqualTo(2);
        settled(sender.linkAcross(sender.in, receiver.in, 2));
        writer.out.send("3");
        settle();

        assertThat(receiver.takeAll()).containsExactly("1", "2", "3");
    }

    @Test
    void manyMayLeadBothWays() {
        int links = 2_000;
        List<Probe> senders = new ArrayList<>();
        List<CompletionStage<RemoteLinkage>> made = new ArrayList<>();
        receiver.in.bound(links);
        for (int i = 0; i < links; i++) {
            boolean there = i % 2 == 0;
            Probe each = new Probe();
            senders.add(each);
            (there ? near : far).start(each);
            made.add(each.linkAcross(each.out, there ? receiver.in : sender.in, 1));
        }
        settle();
        senders.forEach(each -> each.out.send("from " + each));
        settle();

        assertThat(receiver.takeAll()).hasSize(links / 2).doesNotHaveDuplicates();
        assertThat(sender.takeAll()).hasSize(links / 2).doesNotHaveDuplicates();
        senders.forEach(each -> each.scheduler().end(each));
        settle();
        assertNothingIsLeft();
        assertThat(made).allSatisfy(each -> assertThat(of(each).ended()).isCompleted());
    }

    // ---- holding back

    @Test
    void theSenderIsRefusedWhileTheWindowIsUsedUp() {
        receiver.in.bound(2);
        link(3);
        assertThat(say("1", "2", "3", "4")).isEqualTo(3);
        assertThat(sender.out.hasRoom()).isFalse();
        assertThatExceptionOfType(NoSpaceInBox.class)
                .isThrownBy(() -> sender.out.send("4"))
                .withMessageContaining("3 of 3 messages");
        near.run();
        assertThat(sender.out.offer("4")).as("what crosses uses it up").isFalse();
        far.run();
        near.run();
        assertThat(say("4", "5", "6")).as("two have been moved on").isEqualTo(2);
        settle();
        assertThat(say("6")).as("the sink is full").isZero();

        assertThat(receiver.takeAll()).containsExactly("1", "2");
        settle();
        assertThat(say("6", "7", "8")).isEqualTo(2);
        assertThat(receiver.takeAll()).containsExactly("3", "4");
        settle();
        assertThat(receiver.takeAll()).containsExactly("5", "6");
        settle();
        assertThat(receiver.takeAll()).containsExactly("7");
    }

    @Test
    void aRefusedSenderIsWokenWhenRoomComes() {
        receiver.in.bound(1);
        link(1);
        say("1");
        settle();
        say("2");
        assertThat(sender.out.offer("3")).isFalse();
        settle();
        int turns = sender.turns;
        settle();
        assertThat(sender.turns).isEqualTo(turns);

        receiver.takeAll();
        settle();

        assertThat(sender.turns).isEqualTo(turns + 1);
        assertThat(sender.out.hasRoom()).isTrue();
    }

    @Test
    void buffersAreBoundedByTheirBytes() {
        Outbox<Buffer> out = sender.addOutbox("bytes", Buffer.class);
        Inbox<Buffer> in = receiver.addInbox("bytes", Buffer.class, 1_000);
        settled(sender.linkAcross(out, in, 2_000));

        assertThat(out.offer(Buffer.buffer(new byte[1_999]))).isTrue();
        assertThat(out.offer(Buffer.buffer(new byte[5_000]))).isTrue();
        assertThat(out.offer(Buffer.buffer(new byte[1]))).isFalse();
        settle();
        assertThat(in.size()).isEqualTo(1);
        assertThat(out.offer(Buffer.buffer(new byte[1]))).isFalse();
        in.receive();
        settle();
        assertThat(out.offer(Buffer.buffer(new byte[1]))).isTrue();
    }

    @Test
    void roomComesBackInBatchesWhileTheSinkIsSlow() {
        receiver.in.bound(1);
        link(10);
        assertThat(say("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")).isEqualTo(10);
        settle();
        for (int taken = 0; taken < 3; taken++) {
            receiver.in.receive();
            settle();
        }
        assertThat(sender.out.hasRoom()).as("four have been moved on").isFalse();

        receiver.in.receive();
        settle();

        assertThat(say("a", "b", "c", "d", "e", "f")).isEqualTo(5);
    }

    // ---- signals

    @Test
    void signalsAreNeverRefusedAndMergeWhileOthersAreOnTheirWay() {
        settled(sender.linkAcross(sender.signal(), receiver.control()));
        ProducerFinished first = new ProducerFinished("first");
        ShutdownMicroprocess strongest = new ShutdownMicroprocess();

        sender.signal().send(first);
        near.run();
        for (int i = 0; i < 100; i++) {
            sender.signal().send(new ProducerFinished(i));
            sender.signal().send(new EndInput("again"));
            sender.signal().send(strongest);
            near.run();
        }
        assertThat(destinationOf(sender.signal()).size()).as("one of a kind").isEqualTo(2);
        far.run();
        assertThat(receiver.control().poll()).isSameAs(first);
        assertThat(receiver.control().poll()).isNull();
        settle();

        assertThat(receiver.control().poll()).isSameAs(strongest);
        assertThat(receiver.control().poll()).isInstanceOf(EndInput.class);
        assertThat(receiver.control().poll()).isNull();
        sender.signal().send(first);
        settle();
        assertThat(receiver.control().poll()).isSameAs(first);
    }

    @Test
    void aFarewellOfAnEndedSenderArrivesBehindWhatIsOnItsWay() {
        settled(sender.linkAcross(sender.signal(), receiver.control()));
        sender.signal().send(new EndInput("first"));
        near.run();
        sender.whenEnded = failure -> sender.signal().send(new ProducerFinished("last"));

        near.scheduler.end(sender);
        settle();

        assertThat(receiver.control().poll()).isInstanceOf(EndInput.class);
        assertThat(receiver.control().poll()).isInstanceOf(ProducerFinished.class);
        assertThat(far.scheduler.counters().active()).isEqualTo(1);
    }

    // ---- ends

    @Test
    void unlinkedItStillDeliversWhatWasSentToTheOldTarget() {
        Probe next = new Probe();
        near.start(next);
        receiver.in.bound(1);
        RemoteLinkage linkage = link(10);
        say("1", "2");
        settle();
        say("3");

        CompletionStage<Void> over = sender.unlink(linkage);
        assertThat(linkage.isLinked()).isFalse();
        settle();
        assertThat(sender.out.isLinked()).isFalse();
        sender.link(sender.out, next.in);
        say("4");
        assertThat(over).isNotDone();
        assertThat(receiver.takeAll()).containsExactly("1");
        settle();
        assertThat(receiver.takeAll()).containsExactly("2");
        settle();

        assertThat(over).isCompleted();
        assertThat(receiver.takeAll()).containsExactly("3");
        assertThat(next.takeAll()).containsExactly("4");
        assertThat(sender.unlink(linkage)).as("once more").isCompleted();
        near.scheduler.end(next);
        assertNothingIsLeft();
    }

    @Test
    void onlyItsMakerUndoesIt() {
        RemoteLinkage linkage = link(10);
        Probe other = new Probe();
        near.start(other);

        assertThat(failureOf(other.unlink(linkage))).hasMessageContaining("was made by " + sender);
        other.unlink(sender);
        settle();
        assertThat(linkage.isLinked()).isTrue();
        assertThat(sender.out.isLinked()).isTrue();

        sender.unlink(receiver);
        settle();
        assertThat(linkage.ended()).isCompleted();
    }

    @Test
    void aMakersEndUndoesAllThatItMade() {
        Probe maker = new Probe();
        Probe second = new Probe();
        near.start(maker, second);
        RemoteLinkage one = settled(maker.linkAcross(sender.out, receiver.in));
        RemoteLinkage other = settled(maker.linkAcross(second.out, receiver.in));
        RemoteLinkage own = settled(second.linkAcross(second.signal(), receiver.control()));
        say("on its way");

        near.scheduler.end(maker);
        settle();

        assertThat(one.ended()).isCompleted();
        assertThat(other.ended()).isCompleted();
        assertThat(own.isLinked()).isTrue();
        assertThat(sender.out.isLinked()).isFalse();
        assertThat(receiver.takeAll()).containsExactly("on its way");
        near.scheduler.end(second);
        settle();
        assertNothingIsLeft();
    }

    @Test
    void whatAnEndedSenderSentStillArrives() {
        RemoteLinkage linkage = link(10);
        receiver.in.bound(1);
        sender.whenEnded = failure -> say("3");
        say("1");
        near.run();
        say("2");

        near.scheduler.end(sender);
        settle();
        assertThat(near.scheduler.counters().active()).isZero();
        assertThat(receiver.takeAll()).containsExactly("1");
        settle();
        assertThat(receiver.takeAll()).containsExactly("2");
        settle();

        assertThat(receiver.takeAll()).containsExactly("3");
        assertThat(linkage.ended()).isCompleted();
        assertThat(far.scheduler.counters().active()).isEqualTo(1);
        assertThat(far.scheduler.counters().toNowhere()
                        + near.scheduler.counters().toNowhere())
                .isZero();
    }

    @Test
    void whatIsOnItsWayToAnEndedReceiverGoesNowhereThere() {
        Outbox<Held> out = sender.addOutbox("held", Held.class);
        Inbox<Held> in = receiver.addInbox("held", Held.class, 1);
        RemoteLinkage linkage = settled(sender.linkAcross(out, in, 3));
        List<Held> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(new Held());
            assertThat(out.offer(all.get(i))).isTrue();
            if (i < 2) {
                near.run();
                far.run();
            } else if (i == 2) {
                near.run();
            }
        }
        assertThat(out.hasRoom()).as("all but the first are on their way").isFalse();
        int turns = sender.turns;

        far.scheduler.end(receiver);
        settle();

        assertThat(all).allSatisfy(each -> assertThat(each.told).isEqualTo(1));
        assertThat(far.scheduler.counters().toNowhere()).isEqualTo(4);
        assertThat(near.scheduler.counters().toNowhere()).isZero();
        assertThat(linkage.ended()).isCompleted();
        assertThat(linkage.isLinked()).isFalse();
        assertThat(out.isLinked()).isFalse();
        assertThat(sender.turns).as("what refused it is gone").isGreaterThan(turns);
        assertThat(near.scheduler.counters().active()).isEqualTo(1);
        assertThat(far.scheduler.counters().active()).isZero();
        assertThat(sender.firstMadeAcross).isNull();
    }

    @Test
    void whenTheSendersSchedulerStopsWhatWasSentStillArrives() {
        RemoteLinkage linkage = link(10);
        say("1");
        near.run();
        say("2");

        near.scheduler.stop();
        far.run();

        assertThat(receiver.takeAll()).containsExactly("1", "2");
        assertThat(linkage.ended()).isCompleted();
        assertThat(far.scheduler.counters().active()).isEqualTo(1);
    }

    @Test
    void whenTheReceiversSchedulerStopsWhatIsOnItsWayGoesNowhere() {
        receiver.in.bound(1);
        RemoteLinkage linkage = link(10);
        say("1", "2");
        settle();
        say("3");
        near.run();
        say("4");

        far.scheduler.stop();
        assertThat(far.scheduler.counters().toNowhere()).isEqualTo(3);
        near.run();
        near.run();

        assertThat(near.scheduler.counters().toNowhere()).isEqualTo(1);
        assertThat(linkage.ended()).isCompleted();
        assertThat(sender.out.isLinked()).isFalse();
        assertThat(near.scheduler.counters().active()).isEqualTo(1);
    }

    @Test
    void aBatchForASchedulerThatHasJustStoppedGoesNowhere() {
        link(10);
        say("1");
        sender.does(() -> {
            far.scheduler.stop();
            return Next.PAUSE;
        });
        sender.wake();

        near.run();
        near.run();

        assertThat(near.scheduler.counters().toNowhere()).isEqualTo(1);
        assertThat(sender.out.isLinked()).isFalse();
        assertThat(near.scheduler.counters().active()).isEqualTo(1);
    }

    /** Every end, at every moment, in every order: nothing is left, kept, lost unseen, doubled or out of order. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void endsInAllOrdersLeaveNothing(int window) {
        for (int seed = 0; seed < 3_000; seed++) {
            new Story(window, seed).run();
        }
    }

    private static final class Story {
        private final HandDriven near = new HandDriven();
        private final HandDriven far = new HandDriven();
        private final HandDriven third = new HandDriven();
        private final Probe sender = new Probe();
        private final Probe receiver = new Probe(2);
        private final Probe maker = new Probe();
        private final CompletionStage<RemoteLinkage> made;
        private final Random random;
        private final String name;
        private final int window;
        private final List<String> received = new ArrayList<>();
        private int sent;

        Story(int window, int seed) {
            this.window = window;
            random = new Random(seed);
            name = "seed " + seed;
            near.start(sender);
            far.start(receiver);
            third.start(maker);
            made = maker.linkAcross(sender.out, receiver.in, window);
        }

        void run() {
            for (int i = 0; i < 40; i++) {
                act(random.nextInt(8));
            }
            boolean whole = random.nextBoolean();
            if (whole) {
                end(random.nextInt(2) == 0 ? 0 : 2);
            } else {
                for (int ends = 1 + random.nextInt(3); ends > 0; ends--) {
                    act(random.nextInt(8));
                    end(random.nextInt(6));
                    act(random.nextInt(8));
                }
                end(0);
            }
            for (int i = 0; i < 30; i++) {
                near.run();
                far.run();
                third.run();
                received.addAll(receiver.takeAll());
            }
            check();
        }

        private void act(int action) {
            switch (action) {
                case 0, 1, 2 -> send();
                case 3, 4 -> near.run();
                case 5 -> far.run();
                case 6 -> third.run();
                default -> take();
            }
            long nowhere = near.scheduler.counters().toNowhere()
                    + far.scheduler.counters().toNowhere();
            assertThat(sent - received.size() - receiver.in.size() - nowhere)
                    .as(name)
                    .isBetween(0L, (long) window);
        }

        private void send() {
            if (!sender.hasEnded() && sender.out.offer(String.valueOf(sent))) {
                sent++;
            }
        }

        private void take() {
            String next = receiver.in.poll();
            if (next != null) {
                received.add(next);
            }
        }

        private void end(int which) {
            switch (which) {
                case 0 -> near.scheduler.end(sender);
                case 1 -> far.scheduler.end(receiver);
                case 2 -> third.scheduler.end(maker);
                case 3 -> near.scheduler.stop();
                case 4 -> far.scheduler.stop();
                default -> third.scheduler.stop();
            }
        }

        private void check() {
            long nowhere = near.scheduler.counters().toNowhere()
                    + far.scheduler.counters().toNowhere();
            assertThat(received.size() + nowhere).as(name).isEqualTo(sent);
            assertThat(received.stream().map(Integer::valueOf))
                    .as(name)
                    .isSorted()
                    .doesNotHaveDuplicates();
            assertThat(made).as(name).isDone();
            if (!made.toCompletableFuture().isCompletedExceptionally()) {
                assertThat(of(made).ended()).as(name).isCompleted();
                assertThat(of(made).isLinked()).as(name).isFalse();
            }
            for (HandDriven each : List.of(near, far, third)) {
                assertThat(each.scheduler.counters().active()).as(name).isLessThanOrEqualTo(1);
                assertThat(each.failures()).as(name).isEmpty();
            }
            assertThat(sender.out.isLinked()).as(name).isFalse();
            assertThat(receiver.in.firstIn).as(name).isNull();
            assertThat(maker.firstMadeAcross).as(name).isNull();
        }
    }

    // ---- the stage's props

    private static final class Held implements Undeliverable {
        int told;

        @Override
        public void undelivered() {
            told++;
        }
    }

    private RemoteLinkage link(int window) {
        return settled(sender.linkAcross(sender.out, receiver.in, window));
    }

    private RemoteLinkage settled(CompletionStage<RemoteLinkage> made) {
        settle();
        return of(made);
    }

    private static RemoteLinkage of(CompletionStage<RemoteLinkage> made) {
        assertThat(made).isCompleted();
        return made.toCompletableFuture().join();
    }

    private static Inbox<?> destinationOf(Box box) {
        Inbox<?> destination = box.destination();
        assertThat(destination).isNotNull();
        return destination;
    }

    /** Sends until one is refused; tells how many were taken. */
    private int say(String... messages) {
        int taken = 0;
        while (taken < messages.length && sender.out.offer(messages[taken])) {
            taken++;
        }
        return taken;
    }

    private void settle() {
        for (int i = 0; i < 8; i++) {
            near.run();
            far.run();
        }
    }

    private void assertFails(CompletionStage<RemoteLinkage> made, String message) {
        settle();
        assertThat(failureOf(made)).hasMessageContaining(message);
    }

    private static Throwable failureOf(CompletionStage<?> stage) {
        assertThat(stage).isCompletedExceptionally();
        try {
            stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            return e.getCause();
        }
        throw new AssertionError("it has not failed");
    }

    private void assertNothingIsLeft() {
        assertThat(near.scheduler.counters().active()).isEqualTo(1);
        assertThat(far.scheduler.counters().active()).isEqualTo(1);
        assertThat(sender.out.isLinked()).isFalse();
        assertThat(sender.signal().isLinked()).isFalse();
        assertThat(receiver.in.firstIn).isNull();
        assertThat(sender.firstMadeAcross).isNull();
    }
}
