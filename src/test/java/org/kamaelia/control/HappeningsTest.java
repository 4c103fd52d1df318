package org.kamaelia.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.kamaelia.chassis.HandlerRefused;
import org.kamaelia.component.ComponentFailed;
import org.kamaelia.component.Event;
import org.kamaelia.tcp.ConnectionsRefused;
import org.kamaelia.tcp.Refusal;

class HappeningsTest {

    private final Happenings happenings = new Happenings(4, component -> null);

    private static Event event(int count) {
        return new ConnectionsRefused("l", Refusal.FULL, count, "a");
    }

    private List<Long> numbers(long from, int most) {
        return happenings.read(from, most).stream().map(Happening::number).toList();
    }

    @Test
    void theLastAreKeptInTheirOrder() {
        assertThat(happenings.first()).isEqualTo(1);
        assertThat(happenings.last()).isZero();
        assertThat(numbers(1, 9)).isEmpty();
        for (int i = 1; i <= 6; i++) {
            happenings.add(event(i));
        }

        assertThat(happenings.first()).isEqualTo(3);
        assertThat(numbers(1, 9)).containsExactly(3L, 4L, 5L, 6L);
        assertThat(numbers(5, 9)).containsExactly(5L, 6L);
        assertThat(numbers(4, 2)).containsExactly(4L, 5L);
        assertThat(numbers(7, 9)).isEmpty();
        assertThat(happenings.read(6, 1).get(0).event()).isEqualTo(event(6));
    }

    @Test
    void anIdIsThatOfOneProcess() {
        String id = happenings.id(7);

        assertThat(happenings.number(id)).isEqualTo(OptionalLong.of(7));
        assertThat(new Happenings(4, component -> null).number(id)).isEmpty();
        assertThat(happenings.number(id + "x")).isEmpty();
        assertThat(happenings.number(id.repeat(2))).isEmpty();
    }

    @Test
    void whoFollowsIsToldUntilItNoLongerFollows() {
        List<Long> told = new ArrayList<>();
        Runnable follower = () -> told.add(happenings.last());
        happenings.follow(follower);
        happenings.add(event(1));
        happenings.unfollow(follower);
        happenings.add(event(2));

        assertThat(told).containsExactly(1L);
    }

    @Test
    void whatWasThrownIsKeptInWordsOnly() {
        happenings.add(new ComponentFailed("c", null, new IllegalStateException("x".repeat(5_000))));
        happenings.add(new HandlerRefused("id", "l", new IllegalStateException("broken")));

        Fault failed = (Fault) happenings.read(1, 1).get(0).event();
        assertThat(failed.failure()).hasSizeLessThan(1_100).startsWith("java.lang.IllegalStateException: xxx");
        assertThat(happenings.read(2, 1).get(0).event())
                .isEqualTo(new Fault(null, null, "id", "l", "java.lang.IllegalStateException: broken"));
    }

    @Test
    void aRecordThatWasLostIsKeptWithoutItsLine() {
        happenings.add(new AuditLost("audit.jsonl", "x".repeat(1 << 20)));

        assertThat(happenings.read(1, 1))
                .singleElement()
                .satisfies(kept -> assertThat(kept.event()).isEqualTo(new AuditLost("audit.jsonl", "")));
    }
}
