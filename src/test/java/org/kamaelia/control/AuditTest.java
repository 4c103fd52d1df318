package org.kamaelia.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
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
}
