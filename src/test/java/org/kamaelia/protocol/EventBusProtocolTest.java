package org.kamaelia.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kamaelia.tcp.InvalidOptions;

/** What the options of {@link EventBusProtocol} may be; what it does is in {@code EventBusIT}. */
class EventBusProtocolTest {
    private static JsonObject complete(JsonObject options) {
        return OptionsSchema.complete(new EventBusProtocol(), options);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "address   | kamaelia   | address \"kamaelia\" is kept for the control plane: use one that does not begin with \"kamaelia.\"",
                "address   | kamaelia.x | address \"kamaelia.x\" is kept for the control plane: use one that does not begin with \"kamaelia.\"",
                "address   | ' '        | address must not be blank: name the address of a consumer",
                "timeout   | 0s         | timeout must be from 1ms to 1d, not 0s",
                "timeout   | 2d         | timeout must be from 1ms to 1d, not 2d",
                "timeout   | soon       | timeout \"soon\" is not a duration: use a whole number and a unit (ms, s, m, h, d), as in \"30s\"",
            })
    void whatCannotBeIsRefusedWithItsPlaceAndTheRemedy(String option, String value, String detail) {
        assertThatExceptionOfType(InvalidOptions.class)
                .isThrownBy(() -> complete(new JsonObject().put("address", "a").put(option, value)))
                .satisfies(refused -> assertThat(refused.problems())
                        .containsExactly(new InvalidOptions.Problem("/protocolOptions/" + option, detail)));
    }

    @Test
    void theTextForFailuresFitsTheFraming() {
        assertThatExceptionOfType(InvalidOptions.class)
                .isThrownBy(() -> complete(new JsonObject().put("address", "a").put("onFailure", "a\nb")))
                .withMessage("onFailure does not fit the framing: a line cannot hold a line end, not \"a\nb\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"orders", "kamaeliax", "my.kamaelia.x"})
    void otherAddressesAreTaken(String address) {
        assertThatCode(() -> complete(new JsonObject().put("address", address))).doesNotThrowAnyException();
    }

    @Test
    void anAddressIsNeeded() {
        assertThatExceptionOfType(InvalidOptions.class)
                .isThrownBy(() -> complete(new JsonObject()))
                .withMessage("protocol eventbus needs address");
    }
}
