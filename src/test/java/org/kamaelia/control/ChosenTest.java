package org.kamaelia.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.kamaelia.control.CloseRequest.Order;
import org.kamaelia.control.Matches.Found;

/** Whom a request closes of those that match, and in what order. */
class ChosenTest {
    private static final List<Found> TWO_LOOPS = List.of(
            new Found(new long[] {1, 4, 5}, new long[] {30, 90, 80}),
            new Found(new long[] {2, 3}, new long[] {80, 10}));

    private static Chosen of(Integer percent, Integer count, Order order) {
        return Chosen.of(
                new CloseRequest(
                        ConnectionCommand.PRODUCER_FINISHED, ConnectionFilter.NONE, true, percent, count, order, null),
                TWO_LOOPS);
    }

    @Test
    void withoutANumberAllAreChosenTheOldestFirst() {
        Chosen chosen = of(null, null, Order.OLDEST);

        assertThat(chosen.matched).isEqualTo(5);
        assertThat(chosen.order).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void theIdlestGoByTheirIdlenessOverAllEventLoopsAndTiesByTheirAge() {
        Chosen chosen = of(null, null, Order.IDLEST);

        assertThat(chosen.order).containsExactly(3, 1, 2, 5, 4);
        assertThat(chosen.sorted).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void aPercentageIsOfThoseThatMatchAndRoundedUp() {
        assertThat(of(1, null, Order.OLDEST).order).containsExactly(1);
        assertThat(of(50, null, Order.IDLEST).order).containsExactly(3, 1, 2);
        assertThat(of(60, null, Order.OLDEST).order).hasSize(3);
        assertThat(of(100, null, Order.OLDEST).matched).isEqualTo(5);
    }

    @Test
    void aCountMayBeMoreThanThereAre() {
        assertThat(of(null, 2, Order.IDLEST).order).containsExactly(3, 1);
        assertThat(of(null, 9, Order.OLDEST).order).hasSize(5);
    }
}
