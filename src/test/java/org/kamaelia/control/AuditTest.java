package org.kamaelia.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kamaelia.component.Event;
import org.kamaelia.control.AuditRecord.Outcome;

class AuditTest {

    private final List<Event> events = new ArrayList<>();
    private final Audit audit = new Audit(events::add);

    private void add(String target, Trail trail) {
        assertThat(audit.add(Caller.EMBEDDER, "putListener", target, trail, Outcome.DONE, null)
                        .succeeded())
                .isTrue();
    }

    @Test
    void theLastRecordsAreKeptAndEachIsTold() {
        for (int i = 0; i < Audit.KEPT + 5; i++) {
            add("l" + i, new Trail());
        }

        AuditPage page = audit.page(AuditQuery.newest(AuditQuery.MOST));
        assertThat(page.items()).hasSize(Audit.KEPT);
        assertThat(page.items().get(0).target()).isEqualTo("l" + (Audit.KEPT + 4));
        assertThat(page.items().get(Audit.KEPT - 1).target()).isEqualTo("l5");
        assertThat(page.nextCursor()).isNull();
        assertThat(events)
                .hasSize(Audit.KEPT + 5)
                .last()
                .isEqualTo(new Audited(page.items().get(0)));
    }

    @Test
    void whatWasAskedAndChangedIsToldAsItWas() {
        JsonObject asked =
                new JsonObject().put("n", 1).put("o", new JsonObject().put("list", new JsonArray().add("a")));
        JsonObject before = new JsonObject().put("state", "listening");
        JsonObject after = new JsonObject().putNull("reason").put("state", "stopped");

        add("echo", new Trail().input(asked).before(before).after(after));

        AuditRecord told = audit.page(AuditQuery.newest(1)).items().get(0);
        assertThat(events).containsExactly(new Audited(told));
        assertThat(told.input()).isEqualTo(asked);
        assertThat(told.before()).isEqualTo(before);
        assertThat(told.after()).isEqualTo(after);
    }

    @Test
    void longRecordsLeaveRoomForFewer() {
        JsonObject long64 = new JsonObject().put("x", "x".repeat(64 << 10));
        for (int i = 0; i < 200; i++) {
            add("l" + i, new Trail().before(long64).after(long64));
        }

        int kept = audit.page(AuditQuery.newest(AuditQuery.MOST)).items().size();
        assertThat(kept).isBetween(50, (int) (Audit.KEPT_CHARACTERS / (128 << 10)));
    }

    @Test
    @Timeout(60)
    void nobodyWhoRecordsWaitsWhileAPageIsParsed() throws Exception {
        JsonObject large = new JsonObject();
        for (int i = 0; i < 100_000; i++) {
            large.put("member" + i, i);
        }
        add("l", new Trail().before(large));
        AtomicBoolean enough = new AtomicBoolean();
        Thread reader = new Thread(() -> {
            while (!enough.get()) {
                AuditPage unused = audit.page(AuditQuery.newest(1));
            }
        });
        reader.start();
        try {
            for (int parsing = 0; parsing < 5; ) {
                ThreadInfo seen =
                        ManagementFactory.getThreadMXBean().getThreadInfo(new long[] {reader.getId()}, true, false)[0];
                if (Arrays.stream(seen.getStackTrace())
                        .anyMatch(frame -> frame.getMethodName().equals("whole"))) {
                    parsing++;
                    assertThat(seen.getLockedMonitors())
                            .noneMatch(held -> held.getClassName().equals(Audit.class.getName()));
                }
            }
        } finally {
            enough.set(true);
            reader.join();
        }
    }

    @Test
    void aPageThatIsJustFullIsTheLastIfNoMoreAreThere() {
        for (int i = 0; i < 4; i++) {
            add("l" + i, new Trail());
        }

        AuditPage first = audit.page(AuditQuery.newest(2));
        AuditPage second = audit.page(new AuditQuery(null, null, null, null, 2, first.nextCursor()));

        assertThat(first.items()).extracting(AuditRecord::target).containsExactly("l3", "l2");
        assertThat(second.items()).extracting(AuditRecord::target).containsExactly("l1", "l0");
        assertThat(second.nextCursor()).isNull();
    }
}
