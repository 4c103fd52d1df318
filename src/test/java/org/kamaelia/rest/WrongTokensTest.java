package org.kamaelia.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WrongTokensTest {

    private long now = -7;
    private final WrongTokens tokens = new WrongTokens(8, () -> now);
    private final Map<String, Deque<WrongTokens.Wait>> waiting = new HashMap<>();

    private void pass(long seconds) {
        now += TimeUnit.SECONDS.toNanos(seconds);
    }

    /** Shows a wrong token, whose answer then waits; -1 if too many wait. */
    private long wait(String address) {
        return tokens.another(address)
                .map(wait -> {
                    if (!wait.length().isZero()) {
                        waiting.computeIfAbsent(address, first -> new ArrayDeque<>())
                                .add(wait);
                    }
                    return wait.length().toMillis();
                })
                .orElse(-1L);
    }

    private void tell(String address) {
        waiting.get(address).remove().over();
    }

    private long waitAndTell(String address) {
        long wait = wait(address);
        if (wait > 0) {
            tell(address);
        }
        return wait;
    }

    @Test
    void eachIsAnsweredLaterUpToTwoSeconds() {
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            waits.add(waitAndTell("a"));
        }

        assertThat(waits).containsExactly(0L, 0L, 100L, 200L, 400L, 800L, 1600L, 2000L, 2000L, 2000L);
    }

    @Test
    void ofSomebodyElseItIsTheFirst() {
        for (int i = 0; i < 10; i++) {
            waitAndTell("a");
        }

        assertThat(wait("b")).isZero();
    }

    @Test
    void aMinuteWithoutOneIsForgiven() {
        for (int i = 0; i < 5; i++) {
            waitAndTell("a");
        }
        pass(59);
        assertThat(waitAndTell("a")).isEqualTo(800);
        pass(61);
        assertThat(wait("a")).isZero();
    }

    @Test
    void onlySoManyAnswersOfOneAddressWait() {
        wait("a");
        wait("a");

        assertThat(wait("a")).isEqualTo(100);
        assertThat(wait("a")).isEqualTo(200);
        assertThat(wait("a")).isEqualTo(-1);
        tell("a");
        assertThat(wait("a")).isEqualTo(800); // the one that was refused at once counts too
    }

    @Test
    void onlySoManyAnswersOfAllWait() {
        for (String address : List.of("a", "b", "c", "d", "e")) {
            wait(address);
            wait(address);
        }
        for (String address : List.of("a", "b", "c", "d")) {
            assertThat(wait(address)).isEqualTo(100);
            assertThat(wait(address)).isEqualTo(200);
        }

        assertThat(wait("e")).isEqualTo(-1);
        tell("a");
        assertThat(wait("e")).isEqualTo(200);
    }

    @Test
    void thatOneIsOverCountsOnce() {
        wait("a");
        wait("a");
        WrongTokens.Wait third = tokens.another("a").orElseThrow();
        third.over();
        third.over();

        assertThat(wait("a")).isEqualTo(200);
        assertThat(wait("a")).isEqualTo(400);
        assertThat(wait("a")).isEqualTo(-1);
    }

    @Test
    void whoFillsTheTableIsForgottenAndLeavesNothingBehind() {
        for (int i = 0; i < 3; i++) {
            wait("a");
        }
        for (int i = 0; i < 5000; i++) {
            assertThat(wait("x" + i)).isZero();
        }

        tell("a"); // whom nobody knows any more
        assertThat(wait("a")).isZero();
    }
}
