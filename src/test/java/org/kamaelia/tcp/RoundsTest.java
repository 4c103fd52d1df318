package org.kamaelia.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kamaelia.component.EndInput;
import org.kamaelia.component.Scheduler;
import org.kamaelia.component.ServerDraining;
import org.kamaelia.component.Signal;

/** What all connections of a server are told, over connections without sockets. */
class RoundsTest {
    private static final Signal DRAINING = new ServerDraining(Duration.ofSeconds(1));
    private static final Signal END = new EndInput(CloseCause.DRAINED);

    private record Told(ConnectionId id, Signal signal) {}

    private final Scheduler scheduler = new Scheduler(() -> 1, Scheduler.Host.NONE, event -> {});
    private final ConnectionTable table = new ConnectionTable(0);
    private final Unplugged own = new Unplugged(scheduler, table, ListenerOptions.of("echo"));
    private final Unplugged others = new Unplugged(scheduler, table, ListenerOptions.of("lines"));
    private final List<ConnectedSocketAdapter> open = new ArrayList<>();
    private final List<Told> told = new ArrayList<>();
    private final Rounds rounds;

    RoundsTest() {
        open(own);
        rounds = new Rounds(open.get(0).port(), table, (each, signal) -> told.add(new Told(each.id(), signal)));
    }

    private void open(Unplugged server) {
        open.add(server.open("192.0.2.1"));
    }

    private void open(int count) {
        for (int i = 0; i < count; i++) {
            open(own);
        }
    }

    private List<Told> all(Signal signal) {
        return open.stream().map(each -> new Told(each.id(), signal)).toList();
    }

    @Test
    void aStepTellsNoMoreThanAPieceAndAllAreToldOnceTheOldestFirst() {
        open(999);
        rounds.add(DRAINING);

        for (int before = 0; rounds.piece(); before = told.size()) {
            assertThat(told.size() - before).isBetween(1, TableWalk.PIECE);
        }

        assertThat(told).isEqualTo(all(DRAINING));
        assertThat(rounds.piece()).isFalse();
        assertThat(told).hasSize(1_000);
    }

    @Test
    void othersOfTheEventLoopAreNotTold() {
        open(99);
        List<Told> mine = all(END);
        for (int i = 0; i < 500; i++) {
            open(others);
        }
        rounds.add(END);

        while (rounds.piece()) {}

        assertThat(told).isEqualTo(mine);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whoStaysIsToldOnceWhoeverComesAndGoesMeanwhile(long seed) {
        Random random = new Random(seed);
        open(1_000);
        Set<Told> stay = new HashSet<>(all(DRAINING));
        Set<Told> wereOpen = Set.copyOf(stay);
        rounds.add(DRAINING);
        while (rounds.piece()) {
            for (int i = 0; i < 40; i++) {
                if (random.nextBoolean()) {
                    open(own);
                } else {
                    ConnectedSocketAdapter gone = open.remove(random.nextInt(open.size()));
                    stay.remove(new Told(gone.id(), DRAINING));
                    own.close(gone);
                }
            }
        }

        assertThat(told).doesNotHaveDuplicates().containsAll(stay);
        assertThat(wereOpen).containsAll(told); // who came later knew it already
    }

    @Test
    void oneThingComesAfterTheOtherAndWhatIsToBeToldInAnyCaseOnce() {
        open(499);
        rounds.add(ServerControl.OPTIONS_CHANGED);
        rounds.add(ServerControl.OPTIONS_CHANGED); // nobody was told yet
        assertThat(rounds.piece()).isTrue();
        rounds.add(ServerControl.OPTIONS_CHANGED); // those who were told need to hear it again
        rounds.add(ServerControl.OPTIONS_CHANGED);
        open(1); // before the second round begins
        rounds.add(END);

        while (rounds.piece()) {}

        List<Told> changed = all(ServerControl.OPTIONS_CHANGED);
        List<Told> expected = new ArrayList<>(changed.subList(0, 500));
        expected.addAll(changed);
        expected.addAll(all(END));
        assertThat(told).isEqualTo(expected);
    }
}
