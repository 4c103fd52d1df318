package org.kamaelia.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

    @ParameterizedTest
    @CsvSource({"500ms,500", "30s,30000", "5m,300000", "1h,3600000", "7d,604800000", "0s,0", "90s,90000", "1001ms,1001"
    })
    void whatIsWrittenIsReadBack(String text, long millis) {
        assertThat(Durations.parse(text)).hasMillis(millis);
        assertThat(Durations.format(Duration.ofMillis(millis))).isEqualTo(text);
    }

    @Test
    void aUnitThatIsNotTheShortestIsReadToo() {
        assertThat(Durations.parse("3600s")).isEqualTo(Duration.ofHours(1));
        assertThat(Durations.format(Durations.parse("3600s"))).isEqualTo("1h");
    }

    @Test
    void theLongestThatCanBeWrittenIsReadAndLongerOnesAreShown() {
        assertThat(Durations.parse("999999999999d")).isEqualTo(Duration.ofDays(999_999_999_999L));
        assertThat(Durations.format(Duration.ofDays(999_999_999_999L))).isEqualTo("999999999999d");
        assertThat(Durations.format(Duration.ofSeconds(Long.MAX_VALUE, 1_999_999)))
                .isEqualTo(Long.MAX_VALUE + "001ms");
    }

    @Test
    void whatWasMeasuredIsShownToASecondFromTenSecondsOn() {
        assertThat(Durations.rough(Duration.ofMillis(3_599_413))).isEqualTo("3599s");
        assertThat(Durations.rough(Duration.ofMillis(3_600_413))).isEqualTo("1h");
        assertThat(Durations.rough(Duration.ofMillis(10_001))).isEqualTo("10s");
        assertThat(Durations.rough(Duration.ofMillis(9_999))).isEqualTo("9999ms");
    }

    @Test
    void whatIsFinerThanAMillisecondIsCutOff() {
        assertThat(Durations.format(Duration.ofNanos(1_999_999))).isEqualTo("1ms");
        assertThat(Durations.format(Duration.ofNanos(1))).isEqualTo("0s");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "s", "1.5s", "-1s", "1 s", "1S", "PT30S", "30s ", "1h30m", "9999999999999s"})
    void anythingElseIsRefusedWithTheFormToUse(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Durations.parse(text))
                .withMessage("\"" + text
                        + "\" is not a duration: use a whole number and a unit (ms, s, m, h, d), as in \"30s\"");
    }

    @Test
    void aNegativeOneIsShownAndNotRead() {
        assertThat(Durations.format(Duration.ofSeconds(-90))).isEqualTo("-90s");
    }
}
