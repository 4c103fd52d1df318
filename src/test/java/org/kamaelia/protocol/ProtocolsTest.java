package org.kamaelia.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

/** Protocols are found by name. */
class ProtocolsTest {
    private final Protocols protocols = Protocols.found();

    @Test
    void thoseThatShipAreFound() {
        assertThat(protocols.names())
                .containsExactly(
                        "chargen", "chat", "daytime", "discard", "echo", "eventbus", "lines", "relay", "starttls");
        assertThat(protocols.all())
                .allSatisfy(each -> assertThat(protocols.find(each.name())).isSameAs(each));
    }

    @Test
    void everyOneThatShipsDescribesItselfAndTakesItsDefaults() {
        assertThat(protocols.all()).allSatisfy(each -> {
            assertThat(each.description()).isNotBlank();
            JsonObject options = OptionsSchema.complete(each, needed(each));
            assertThat(options.fieldNames())
                    .isSubsetOf(each.optionsSchema().getJsonObject("properties").fieldNames());
        });
    }

    private static JsonObject needed(Protocol protocol) {
        JsonObject needed = new JsonObject();
        protocol.optionsSchema()
                .getJsonArray("required", new JsonArray())
                .forEach(name -> needed.put(
                        (String) name, name.equals("upstreams") ? new JsonArray().add("127.0.0.1:7") : "some"));
        return needed;
    }

    @Test
    void anUnknownNameFindsNothing() {
        assertThat(protocols.find("gopher")).isNull();
    }

    @Test
    void anotherCanBeRegisteredUnderANewName() {
        Protocol shout = Protocol.of("shout", connection -> null);

        protocols.register(shout);

        assertThat(protocols.find("shout")).isSameAs(shout);
        assertThat(shout.description()).isEmpty();
    }

    @Test
    void aNameIsTakenOnce() {
        Protocol mine = Protocol.of("echo", connection -> null);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> protocols.register(mine))
                .withMessage("there is a protocol \"echo\" already");
        assertThat(protocols.find("echo")).isNotSameAs(mine);
    }
}
