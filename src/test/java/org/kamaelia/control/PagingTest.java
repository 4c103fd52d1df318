package org.kamaelia.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kamaelia.control.CloseRequest.Order;
import org.kamaelia.control.ConnectionQuery.Sort;
import org.kamaelia.control.DrivenLoops.Side;
import org.kamaelia.tcp.AddressBlock;
import org.kamaelia.tcp.ConnectedSocketAdapter;
import org.kamaelia.tcp.ConnectionId;
import org.kamaelia.tcp.TableWalk;

/** Lists of connections that come and go meanwhile, over three event loops that are driven by hand. */
class PagingTest {
    private static final int LOOPS = 3;

    private final DrivenLoops driven = new DrivenLoops(LOOPS);
    private final List<Side> sides = driven.sides;
    private final Connections connections = driven.connections;

    @AfterEach
    void close() {
        driven.close();
    }

    private List<ConnectedSocketAdapter> open() {
        return driven.open();
    }

    private static Set<String> ids(Stream<ConnectedSocketAdapter> of) {
        Set<String> ids = new HashSet<>();
        of.forEach(each -> ids.add(each.id().toString()));
        return ids;
    }

    private Future<ConnectionPage> asked(ConnectionQuery query) {
        return driven.ask(() -> connections.page(query, Interest.LASTING));
    }

    private List<String> page(ConnectionQuery query) {
        return driven.answer(asked(query)).items().stream()
                .map(ConnectionView::id)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatStaysOpenIsOnOnePageAndInOrderWhateverComesAndGoes(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 600; i++) {
            sides.get(random.nextInt(LOOPS)).open("192.0.2.1");
        }
        Set<String> stayed = ids(open().stream());
        int[] left = {3_000};
        Runnable comeAndGo = () -> {
            if (left[0]-- <= 0) {
                return;
            }
            Side side = sides.get(random.nextInt(LOOPS));
            if (random.nextBoolean()) {
                side.open("192.0.2.1");
            } else if (!side.open.isEmpty()) {
                ConnectedSocketAdapter gone = side.open.get(random.nextInt(side.open.size()));
                stayed.remove(gone.id().toString());
                side.close(side.open.indexOf(gone));
            }
        };
        List<String> listed = new ArrayList<>();
        Set<String> openAtLast = Set.of();
        ConnectionQuery query = ConnectionQuery.all().limit(1 + random.nextInt(150));
        for (ConnectionQuery next = query; next != null; ) {
            openAtLast = ids(open().stream());
            ConnectionPage page = driven.answer(asked(next), comeAndGo);
            page.items().forEach(each -> listed.add(each.id()));
            next = page.nextCursor() == null ? null : query.after(page.nextCursor());
        }

        assertThat(stayed).isNotEmpty();
        assertThat(listed).doesNotHaveDuplicates().containsAll(stayed);
        assertThat(listed).isSortedAccordingTo(Comparator.comparing(PagingTest::number));
        // Also what came after the first page, if it was there when the last was asked for.
        openAtLast.retainAll(ids(open().stream()));
        assertThat(listed).containsAll(openAtLast);
    }

    private static long number(String id) {
        return ConnectionId.parse(id).number();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theTopIsThatOfAllEventLoops(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 400; i++) {
            Side side = sides.get(random.nextInt(LOOPS));
            ConnectedSocketAdapter opened = side.open("192.0.2.1");
            side.run();
            driven.now += 1_000 + random.nextInt(1_000_000);
            side.unplugged.receive(opened, 1 + random.nextInt(5_000));
        }
        driven.now += 1_000;
        sides.forEach(Side::run);

        Comparator<ConnectedSocketAdapter> byId = Comparator.comparing(ConnectedSocketAdapter::id);
        Comparator<ConnectedSocketAdapter> byBytes =
                Comparator.comparingLong(ConnectedSocketAdapter::bytesIn).thenComparing(byId);
        Comparator<ConnectedSocketAdapter> byIdle =
                Comparator.comparing(ConnectedSocketAdapter::idle).thenComparing(byId);
        assertThat(page(ConnectionQuery.all().sort(Sort.BYTES_IN, false).limit(70)))
                .isEqualTo(first(70, byBytes));
        assertThat(page(ConnectionQuery.all().sort(Sort.BYTES_IN, true).limit(70)))
                .isEqualTo(first(70, byBytes.reversed()));
        assertThat(page(ConnectionQuery.all().sort(Sort.IDLE, true).limit(70))).isEqualTo(first(70, byIdle.reversed()));
        assertThat(page(ConnectionQuery.all().sort(Sort.OPENED_AT, true).limit(70)))
                .isEqualTo(first(70, byId.reversed()));
    }

    @Test
    void idlenessIsComparedWhateverTimeEachEventLoopLooksAtItsOwn() {
        ConnectedSocketAdapter idler = sides.get(0).open("192.0.2.1");
        driven.now += 1_000;
        sides.get(1).run();
        ConnectedSocketAdapter other = sides.get(1).open("192.0.2.1");
        CloseRequest close = new CloseRequest(
                ConnectionCommand.PRODUCER_FINISHED, ConnectionFilter.NONE, true, null, null, Order.IDLEST, null);

        Future<ConnectionPage> page = asked(ConnectionQuery.all().sort(Sort.IDLE, true));
        oneAfterTheOther(page);
        Future<Chosen> chosen = driven.ask(() -> connections.choose(close, Interest.LASTING));
        oneAfterTheOther(chosen);

        assertThat(page.result().items().stream().map(ConnectionView::id)).containsExactly(id(idler), id(other));
        assertThat(chosen.result().order)
                .containsExactly(idler.id().number(), other.id().number());
    }

    /** Runs the event loops with ten microseconds between them. */
    private void oneAfterTheOther(Future<?> asked) {
        while (!asked.isComplete()) {
            for (Side side : sides) {
                driven.now += 10_000;
                side.run();
            }
        }
    }

    private List<String> first(int most, Comparator<ConnectedSocketAdapter> order) {
        return open().stream()
                .sorted(order)
                .limit(most)
                .map(each -> each.id().toString())
                .toList();
    }

    @Test
    void aListHoldsThoseOfWhichAllHoldsThatIsAskedFor() {
        ConnectedSocketAdapter old = sides.get(0).open("10.1.2.3");
        driven.now += Duration.ofMinutes(5).toNanos();
        sides.forEach(Side::run);
        ConnectedSocketAdapter young = sides.get(1).open("10.1.2.4");
        ConnectedSocketAdapter other = sides.get(1).open("2001:db8::1");

        assertThat(filtered(null, "10.0.0.0/8", null, null, null)).containsExactly(id(old), id(young));
        assertThat(filtered(null, "10.1.2.4", null, null, null)).containsExactly(id(young));
        assertThat(filtered(null, "2001:db8::/32", null, null, null)).containsExactly(id(other));
        assertThat(filtered(null, null, null, Duration.ofMinutes(1), null)).containsExactly(id(old));
        assertThat(filtered(null, null, Duration.ofMinutes(5), null, null)).containsExactly(id(old));
        assertThat(filtered("echo", "10.0.0.0/8", null, Duration.ZERO, "open")).hasSize(2);
        assertThat(filtered("nobody", null, null, null, null)).isEmpty();
        assertThat(filtered(null, null, null, null, "draining")).isEmpty();
    }

    private List<String> filtered(String listener, String block, Duration minIdle, Duration minAge, String state) {
        return page(ConnectionQuery.of(new ConnectionFilter(
                listener, block == null ? null : AddressBlock.parse(block), minIdle, minAge, state)));
    }

    private static String id(ConnectedSocketAdapter connection) {
        return connection.id().toString();
    }

    @Test
    void oneIsFoundWhereItLivesWithoutAskingTheOtherEventLoops() {
        ConnectedSocketAdapter one = sides.get(2).open("192.0.2.1");
        long[] cycles = sides.stream().mapToLong(Side::steps).toArray();

        ConnectionDetail found = driven.answer(driven.ask(() -> connections.detail(id(one))));

        assertThat(found.view().id()).isEqualTo(id(one));
        for (int i = 0; i < 2; i++) {
            assertThat(sides.get(i).steps() - cycles[i])
                    .as("steps of event loop " + i + " beyond those of its own start")
                    .isLessThanOrEqualTo(2);
        }
    }

    @Test
    void aStepMeetsNoMoreThanAPiece() {
        Side side = sides.get(0);
        for (int i = 0; i < 1_000; i++) {
            side.open("192.0.2.1");
        }
        side.scheduler.run();
        long before = side.steps();

        page(ConnectionQuery.all().sort(Sort.IDLE, true).limit(1));

        assertThat(side.steps() - before).isGreaterThanOrEqualTo(1_000 / TableWalk.PIECE + 1);
    }

    @Test
    void socketsHaveATurnAfterEachPiece() {
        Side side = sides.get(0);
        for (int i = 0; i < 1_000; i++) {
            side.open("192.0.2.1");
        }
        side.scheduler.run();

        Future<ConnectionPage> page = driven.ask(() ->
                connections.page(ConnectionQuery.all().sort(Sort.IDLE, true).limit(1), Interest.LASTING));
        int turns = 0;
        while (!page.isComplete()) {
            driven.run();
            long before = side.steps();
            side.scheduler.run(); // as long as anything is awake
            turns += side.steps() > before ? 1 : 0;
        }

        assertThat(turns).isGreaterThan(1_000 / TableWalk.PIECE / 2);
    }

    @Test
    void aLookEndsOnceNobodyWaitsForItsAnswer() {
        Side side = sides.get(0);
        for (int i = 0; i < 10_000; i++) {
            side.open("192.0.2.1");
        }
        side.scheduler.run();
        long before = side.steps();
        AtomicBoolean gone = new AtomicBoolean();
        Future<ConnectionPage> page = driven.ask(() ->
                connections.page(ConnectionQuery.all().sort(Sort.IDLE, true).limit(1), gone::get));
        while (side.steps() < before + 5) {
            driven.run();
        }

        gone.set(true);

        assertThat(driven.failure(page)).hasMessage("nobody waits for the answer any more");
        assertThat(side.steps() - before).isLessThan(30);
    }

    @Test
    void looksAtEverythingTakeTurnsAndAPageOfAllWaitsForNone() {
        ConnectedSocketAdapter one = sides.get(0).open("192.0.2.1");
        ConnectionQuery wide = ConnectionQuery.of(ConnectionFilter.ofListener("nobody"));
        List<Future<ConnectionPage>> some = new ArrayList<>();
        for (int i = 0; i < Turns.MOST_AT_A_TIME + Turns.MOST_WAITING; i++) {
            some.add(asked(wide));
        }

        ControlFailure refused = driven.ask(() -> connections
                        .page(wide, Interest.LASTING)
                        .transform(done -> Future.succeededFuture((ControlFailure) done.cause())))
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join(); // no event loop runs meanwhile

        assertThat(refused.reason()).isEqualTo(ControlFailure.Reason.UNAVAILABLE);
        assertThat(page(ConnectionQuery.all())).containsExactly(id(one));
        some.forEach(each -> assertThat(driven.answer(each).items()).isEmpty());
        assertThat(page(wide)).isEmpty();
    }

    @Test
    void anEventLoopThatHasStoppedHasNoConnections() {
        ConnectedSocketAdapter stays = sides.get(0).open("192.0.2.1");
        sides.get(1).open("192.0.2.1");
        sides.get(1).scheduler.stop();

        assertThat(page(ConnectionQuery.all())).containsExactly(id(stays));
    }
}
