package org.kamaelia.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.kamaelia.tcp.ListenerOptions;

class RevisionTest {
    private static final ListenerOptions ECHO = ListenerOptions.of("echo").port(7000);

    private static String of(ListenerOptions options) {
        return Revision.of(options, Wanted.RUNNING);
    }

    private static ListenerOptions with(String protocolOptions) {
        return ECHO.protocolOptions(new JsonObject(protocolOptions));
    }

    @Test
    void itIsTheSameInEveryProcess() {
        assertThat(of(ListenerOptions.of("echo").host("127.0.0.1").port(1601)))
                .isEqualTo(of(ListenerOptions.fromJson(
                        new JsonObject("{\"port\": 1601, \"host\": \"127.0.0.1\", \"protocol\": \"echo\"}"))))
                .matches("[0-9a-f]{32}");
        // held fast, for a client may keep it over an upgrade that adds no option
        assertThat(Revision.of(new JsonObject("{\"protocol\": \"echo\"}"), "running"))
                .isEqualTo("8143c5eb4a5b77524fd7a314b7bd1f6f");
    }

    @Test
    void theOrderOfMembersSaysNothingAndThatOfElementsDoes() {
        assertThat(of(with("{\"a\": {\"b\": 1, \"c\": [{\"d\": 1, \"e\": null}]}, \"f\": 2}")))
                .isEqualTo(of(with("{\"f\": 2, \"a\": {\"c\": [{\"e\": null, \"d\": 1}], \"b\": 1}}")));
        assertThat(of(with("{\"a\": [1, 2]}"))).isNotEqualTo(of(with("{\"a\": [2, 1]}")));
    }

    @Test
    void everyOptionAndWhatIsWantedHaveTheirPartInIt() {
        assertThat(of(ECHO.idleTimeout(Duration.ofMinutes(5)))).isNotEqualTo(of(ECHO));
        assertThat(of(with("{\"a\": 1}"))).isNotEqualTo(of(with("{\"a\": \"1\"}")));
        assertThat(Revision.of(ECHO, Wanted.SUSPENDED))
                .isNotEqualTo(Revision.of(ECHO, Wanted.RUNNING))
                .isNotEqualTo(Revision.of(ECHO, Wanted.STOPPED));
    }

    @Test
    void aChangeThatIsTakenBackBringsItBack() {
        assertThat(of(ECHO.maxConnections(5).maxConnections(null))).isEqualTo(of(ECHO));
    }

    @Test
    void aSecretHasItsPartInAWayThatNobodyOutsideCanTry() {
        ListenerOptions one = with("{\"user\": \"u\", \"password\": \"one\"}");

        assertThat(of(one))
                .isNotEqualTo(Revision.of(one.toJson(), "running"))
                .isNotEqualTo(of(with("{\"user\": \"u\", \"password\": \"two\"}")))
                .isEqualTo(of(with("{\"password\": \"one\", \"user\": \"u\"}")));
        assertThat(of(ECHO)).isEqualTo(Revision.of(ECHO.toJson(), "running"));
    }
}
