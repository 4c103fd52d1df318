package org.kamaelia.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.protocol.Protocols;
import org.kamaelia.tcp.AddressBlock;
import org.kamaelia.tcp.Certificates;

/** Bulk closes beside one another, over event loops that are driven by hand. */
class ClosingsTest {

    /** Everybody, one in a second. */
    private static final CloseRequest SLOWLY = CloseRequest.of(
                    ConnectionCommand.PRODUCER_FINISHED, ConnectionFilter.from(AddressBlock.parse("192.0.2.0/24")))
            .perSecond(1);

    private final DrivenLoops driven = new DrivenLoops(2);
    private final Operations operations = new Operations(event -> {});
    private Closings closings;

    @BeforeEach
    void open() {
        Vertx vertx = driven.context.owner();
        Listeners none = new Listeners(
                vertx,
                driven.context,
                driven.loops,
                Protocols.found(),
                Policy.defaults(),
                Certificates.none(vertx),
                operations,
                event -> {});
        closings = new Closings(driven.context, none, driven.connections, operations);
        for (int i = 0; i < 100; i++) {
            driven.sides.get(i % 2).open("192.0.2.1");
        }
        driven.sides.forEach(side -> side.scheduler.run());
    }

    @AfterEach
    void close() {
        driven.close();
    }

    private Future<OperationView> begin(Interest interest) {
        return driven.ask(() -> closings.close(SLOWLY, interest));
    }

    private List<OperationView> operations() {
        return driven.answer(driven.ask(() -> Future.succeededFuture(operations.views())));
    }

    @Test
    void oneTooManyIsRefusedBeforeAnybodyIsLookedAt() {
        for (int i = 0; i < Closings.MOST; i++) {
            driven.answer(begin(Interest.LASTING));
        }

        ControlFailure refused = begin(Interest.LASTING)
                .transform(done -> Future.succeededFuture((ControlFailure) done.cause()))
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join(); // no event loop runs meanwhile

        assertThat(refused.reason()).isEqualTo(Reason.UNAVAILABLE);
        assertThat(refused.message()).contains("closing connections already");
        assertThat(refused.retryAfter()).isNotNull();
        OperationView first = operations().get(0);
        driven.answer(driven.ask(() -> {
            operations.find(first.id()).cancel();
            return Future.succeededFuture();
        }));
        assertThat(driven.answer(begin(Interest.LASTING)).state()).isEqualTo("running");
    }

    @Test
    void thoseThatAreStillChoosingCountToo() {
        List<Future<OperationView>> all = new ArrayList<>();
        for (int i = 0; i < Closings.MOST; i++) {
            all.add(begin(Interest.LASTING));
        }

        assertThat(driven.failure(begin(Interest.LASTING)).message()).contains("closing connections already");

        all.forEach(each -> assertThat(driven.answer(each).state()).isEqualTo("running"));
    }

    @Test
    void whoHasHungUpClosesNobody() {
        AtomicBoolean gone = new AtomicBoolean();
        Future<OperationView> hungUp = begin(gone::get);

        gone.set(true);

        assertThat(driven.failure(hungUp).reason()).isEqualTo(Reason.UNAVAILABLE);
        assertThat(operations()).isEmpty();
        for (int i = 0; i < Closings.MOST; i++) { // its place is free again
            driven.answer(begin(Interest.LASTING));
        }
    }

    @Test
    void workOfTheSameContextThatTakesLongHoldsUpNoChoice() throws InterruptedException {
        CountDownLatch slow = new CountDownLatch(1);
        Future<Boolean> written =
                driven.ask(() -> driven.context.executeBlocking(() -> slow.await(20, TimeUnit.SECONDS)));
        try {
            assertThat(driven.answer(begin(Interest.LASTING)).total()).isEqualTo(100);
            assertThat(written.isComplete()).isFalse();
        } finally {
            slow.countDown();
        }
    }
}
