package org.kamaelia.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizesTest {

    @ParameterizedTest
    @CsvSource({"0B,0", "1B,1", "1000B,1000", "64KiB,65536", "1MiB,1048576", "3GiB,3221225472"})
    void whatIsWrittenIsReadBack(String text, long bytes) {
        assertThat(Sizes.parse(text)).isEqualTo(bytes);
        assertThat(Sizes.format(bytes)).isEqualTo(text);
    }

    @Test
    void withoutAUnitItIsBytes() {
        assertThat(Sizes.parse("65536")).isEqualTo(65536);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "KiB", "64K", "64KB", "64 KiB", "-1", "1.5MiB", "64kib", "9999999999"})
    void anythingElseIsRefusedWithTheFormToUse(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Sizes.parse(text))
                .withMessageStartingWith("\"" + text + "\" is not a size: use bytes, or a whole number and a unit");
    }
}
