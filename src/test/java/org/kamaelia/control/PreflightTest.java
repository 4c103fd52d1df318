package org.kamaelia.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ServiceConfigurationError;
import org.junit.jupiter.api.Test;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.InvalidOptions.Problem;

class PreflightTest {

    @Test
    void whateverACheckThrowsIsToldAndTheOthersAreMade() {
        Preflight preflight = new Preflight()
                .check("/listeners/0", "listener a", () -> {
                    throw new IllegalStateException("a protocol's own");
                })
                .check("", "", () -> {
                    throw new ServiceConfigurationError("no such class");
                })
                .check("/listeners/1", "listener b", () -> {
                    throw new InvalidOptions("/port", "port is wrong");
                });

        assertThat(preflight.problems())
                .containsExactly(
                        new Problem(
                                "/listeners/0",
                                "listener a: could not be checked: java.lang.IllegalStateException: a protocol's own"),
                        new Problem("", "could not be checked: java.util.ServiceConfigurationError: no such class"),
                        new Problem("/listeners/1/port", "listener b: port is wrong"));
    }
}
