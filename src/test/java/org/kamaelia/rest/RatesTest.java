package org.kamaelia.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.kamaelia.control.AdminLimits;

class RatesTest {

    private long now = Long.MAX_VALUE - 5; // the clock may go over at any time
    private final Rates rates = new Rates(AdminLimits.defaults().rate(10, 3), () -> now);

    private void pass(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private long wait(String name) {
        return rates.ofCaller(name).map(Duration::toMillis).orElse(0L);
    }

    @Test
    void aBurstPassesAndThenOneForEachPartOfASecond() {
        assertThat(wait("a")).isZero();
        assertThat(wait("a")).isZero();
        assertThat(wait("a")).isZero();
        assertThat(wait("a")).isEqualTo(100);
        pass(99);
        assertThat(wait("a")).isEqualTo(1);
        pass(1);
        assertThat(wait("a")).isZero();
        assertThat(wait("a")).isEqualTo(100);
    }

    @Test
    void whatIsNotUsedIsSavedForOneBurstOnly() {
        wait("a");
        pass(60_000);
        assertThat(wait("a")).isZero();
        assertThat(wait("a")).isZero();
        assertThat(wait("a")).isZero();
        assertThat(wait("a")).isPositive();
    }

    @Test
    void eachCallerAndEachAddressHasItsOwn() {
        for (int i = 0; i < 4; i++) {
            wait("a");
        }

        assertThat(wait("b")).isZero();
        assertThat(rates.ofStranger("a")).isEqualTo(Optional.empty());
    }

    @Test
    void strangersWhoAreManyDoNotMakeCallersForgotten() {
        for (int i = 0; i < 3; i++) {
            wait("a");
        }
        for (int i = 0; i < 5000; i++) {
            rates.ofStranger("x" + i);
        }

        assertThat(wait("a")).isEqualTo(100);
    }
}
