package org.kamaelia.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReconnectTest {
    private static final Reconnect RECONNECT = new Reconnect(Duration.ofMillis(100), Duration.ofMillis(350), 5);

    @Test
    void thePauseDoublesUpToTheLongest() {
        assertThat(pauses(0)).containsExactly(100L, 200L, 350L, 350L);
        assertThat(RECONNECT.pause(Integer.MAX_VALUE, () -> 0)).isEqualTo(Duration.ofMillis(350));
    }

    @Test
    void chanceTakesUpToHalfOfIt() {
        assertThat(pauses(1)).containsExactly(50L, 100L, 175L, 175L);
    }

    @Test
    void theLongestIsNotBelowTheFirst() {
        assertThatThrownBy(() -> new Reconnect(Duration.ofSeconds(2), Duration.ofSeconds(1), 1))
                .isInstanceOf(InvalidOptions.class)
                .hasMessage("most 1s is below first 2s: use first or more");
    }

    private static List<Long> pauses(double random) {
        return IntStream.range(0, 4)
                .mapToObj(failed -> RECONNECT.pause(failed, () -> random).toMillis())
                .toList();
    }
}
