package org.kamaelia.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.kamaelia.component.ComponentSnapshot.ForChild;
import org.kamaelia.component.ComponentSnapshot.ForDeadline;
import org.kamaelia.component.ComponentSnapshot.ForMessage;
import org.kamaelia.component.ComponentSnapshot.ForRoom;

/** What a look at a scheduler shows. */
class SnapshotTest {
    private final HandDriven hand = new HandDriven();

    private SchedulerSnapshot look() {
        CompletableFuture<SchedulerSnapshot> snapshot =
                hand.scheduler.snapshot().toCompletableFuture();
        hand.run();
        return snapshot.join();
    }

    private ComponentSnapshot of(Component component) {
        return look().components().stream()
                .filter(each -> each.name().equals(component.toString()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void componentsAreShownOldestFirstWithTheirParentAndSteps() {
        Probe parent = new Probe();
        Probe child = new Probe();
        parent.addChild(child);
        hand.start(parent, child);
        child.wake();
        hand.run();

        List<ComponentSnapshot> components = look().components();

        assertThat(components).extracting(ComponentSnapshot::name).containsExactly("Probe#1", "Probe#2");
        assertThat(components).extracting(ComponentSnapshot::kind).containsOnly("Probe");
        assertThat(components).extracting(ComponentSnapshot::number).containsExactly(1L, 2L);
        assertThat(components)
                .extracting(ComponentSnapshot::parent)
                .containsExactly(null, new ComponentRef(1, "Probe#1"));
        assertThat(components).extracting(ComponentSnapshot::steps).containsExactly(1L, 2L);
    }

    @Test
    void boxesShowWhereTheyLeadAndWhatWaits() {
        Probe sender = new Probe();
        Probe receiver = new Probe(5);
        sender.link(sender.out, receiver.in);
        hand.start(sender, receiver);
        sender.out.send("a");
        sender.out.send("b");
        receiver.in.receive();

        BoxSnapshot out = box(of(sender), "outbox");
        BoxSnapshot in = box(of(receiver), "inbox");

        assertThat(out.leadsTo()).hasToString("Probe#2.inbox").isEqualTo(out.destination());
        assertThat(out.fill()).isNull();
        assertThat(in.leadsTo()).isNull();
        assertThat(in.type()).isEqualTo("String");
        assertThat(in.fill()).isEqualTo(new BoxSnapshot.Fill(1, 1, 5, 2, Duration.ZERO, "messages"));
    }

    private static BoxSnapshot box(ComponentSnapshot component, String name) {
        return component.boxes().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aRefusedSenderWaitsForRoomInTheBoxThatIsFull() {
        Probe receiver = new Probe(1);
        Probe sender = new Probe();
        sender.link(sender.out, receiver.in);
        hand.start(sender, receiver);
        sender.out.send("fits");
        sender.out.offer("does not");

        assertThat(of(sender).waits()).containsExactly(new ForRoom("outbox", BoxRef.of(receiver.in)));
        assertThat(of(receiver).waits()).containsExactly(new ForMessage());
    }

    @Test
    void deadlinesAndChildrenAreWaitedForBesideMessages() {
        Probe parent = new Probe();
        Probe child = new Probe();
        parent.addChild(child);
        hand.start(parent, child);
        parent.wakeAfter(Duration.ofSeconds(9));
        parent.wakeAfter(Duration.ofSeconds(3));
        hand.advance(Duration.ofSeconds(1));

        assertThat(of(parent).waits())
                .containsExactly(new ForMessage(), new ForDeadline(Duration.ofSeconds(2)), new ForChild(1));
    }

    @Test
    void anAwakeComponentWaitsForNothing() {
        Probe restless = new Probe();
        restless.does(() -> restless.turns < 500 ? Next.AGAIN : Next.PAUSE);

        CompletableFuture<SchedulerSnapshot> snapshot =
                hand.scheduler.snapshot().toCompletableFuture();
        hand.start(restless);

        ComponentSnapshot seen = snapshot.join().components().get(0);
        assertThat(seen.awake()).isTrue();
        assertThat(seen.waits()).isEmpty();
    }

    @Test
    void aLargeSchedulerIsLookedAtInPiecesWithOtherWorkBetween() {
        Probe[] many = new Probe[1_000];
        for (int i = 0; i < many.length; i++) {
            many[i] = new Probe();
        }
        hand.start(many);
        CompletableFuture<SchedulerSnapshot> snapshot =
                hand.scheduler.snapshot().toCompletableFuture();
        Probe other = new Probe();
        other.does(() -> snapshot.isDone() ? Next.PAUSE : Next.AGAIN);

        hand.start(other);

        assertThat(other.turns).isGreaterThan(10);
        assertThat(snapshot.join().components()).hasSize(1_001);
    }

    @Test
    void thoseThatEndOrComeMeanwhileHurtNothing() {
        Probe[] many = new Probe[1_000];
        for (int i = 0; i < many.length; i++) {
            many[i] = new Probe();
        }
        hand.start(many);
        CompletableFuture<SchedulerSnapshot> snapshot =
                hand.scheduler.snapshot().toCompletableFuture();

        hand.scheduler.run(0);
        assertThat(snapshot).isNotDone();
        for (int i = 0; i < many.length; i += 2) {
            hand.scheduler.end(many[i]);
        }
        hand.start(new Probe());

        assertThat(snapshot.join().components())
                .extracting(ComponentSnapshot::name)
                .as("the youngest are met first")
                .contains("Probe#2", "Probe#999")
                .doesNotContain("Probe#1", "Probe#1002")
                .doesNotHaveDuplicates();
    }

    @Test
    void twoAtOnceShowTheSame() {
        hand.start(new Probe(), new Probe());
        CompletableFuture<SchedulerSnapshot> first = hand.scheduler.snapshot().toCompletableFuture();
        CompletableFuture<SchedulerSnapshot> second = hand.scheduler.snapshot().toCompletableFuture();

        hand.run();

        assertThat(first.join().components()).isEqualTo(second.join().components());
        assertThat(first.join().components()).hasSize(2);
    }

    @Test
    void aSchedulerThatStopsSaysSo() {
        hand.start(new Probe());
        CompletableFuture<SchedulerSnapshot> before = hand.scheduler.snapshot().toCompletableFuture();
        hand.scheduler.stop();
        CompletableFuture<SchedulerSnapshot> after = hand.scheduler.snapshot().toCompletableFuture();

        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(before::join)
                .withCauseInstanceOf(RejectedExecutionException.class);
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(after::join)
                .withCauseInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void noLookIsLeftBehind() {
        hand.start(new Probe());

        look();

        assertThat(hand.scheduler.counters().active()).isEqualTo(1);
    }
}
