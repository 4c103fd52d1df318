package org.kamaelia.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kamaelia.component.Component;
import org.kamaelia.tcp.ConnectionInfo;
import org.kamaelia.tcp.InvalidOptions;

/** Protocol options are held against the protocol's schema before a listener starts. */
class OptionsSchemaTest {
    private static final JsonObject SCHEMA = new JsonObject()
            .put(
                    "properties",
                    new JsonObject()
                            .put("greeting", new JsonObject().put("type", "string"))
                            .put(
                                    "depth",
                                    new JsonObject()
                                            .put("type", "integer")
                                            .put("minimum", 1)
                                            .put("maximum", 8)
                                            .put("default", 4))
                            .put("ratio", new JsonObject().put("type", "number").put("minimum", 0))
                            .put("verbose", new JsonObject().put("type", "boolean"))
                            .put("tags", new JsonObject().put("type", "array"))
                            .put("more", new JsonObject().put("type", "object"))
                            .put(
                                    "mode",
                                    new JsonObject()
                                            .put(
                                                    "enum",
                                                    new JsonArray().add("fast").add("safe"))))
            .put("required", new JsonArray().add("greeting"));

    private final Protocol protocol = new Protocol() {
        @Override
        public String name() {
            return "sample";
        }

        @Override
        public JsonObject optionsSchema() {
            return SCHEMA;
        }

        @Override
        public Component open(ConnectionInfo connection, JsonObject options) {
            throw new UnsupportedOperationException();
        }
    };

    @Test
    void optionsThatFitAreKeptAndDefaultsFilledIn() {
        JsonObject given = new JsonObject()
                .put("greeting", "hello")
                .put("ratio", 0.5)
                .put("verbose", true)
                .put("tags", new JsonArray())
                .put("more", new JsonObject())
                .put("mode", "safe");

        JsonObject complete = OptionsSchema.complete(protocol, given);

        assertThat(complete).isEqualTo(given.copy().put("depth", 4));
        assertThat(given.containsKey("depth"))
                .as("the given object stays as it was")
                .isFalse();
    }

    @Test
    void aGivenValueWinsOverTheDefault() {
        JsonObject complete = OptionsSchema.complete(
                protocol, new JsonObject().put("greeting", "hello").put("depth", 8));

        assertThat(complete.getInteger("depth")).isEqualTo(8);
    }

    @Test
    void anUnknownOptionIsNamedWithThoseThereAre() {
        assertThat(problems(new JsonObject().put("greeting", "hello").put("colour", "red")))
                .containsExactly(new InvalidOptions.Problem(
                        "/protocolOptions/colour",
                        "protocol sample has no option \"colour\"; it has"
                                + " [depth, greeting, mode, more, ratio, tags, verbose]"));
    }

    @Test
    void aMissingOptionIsNamed() {
        assertThat(problems(new JsonObject()))
                .containsExactly(
                        new InvalidOptions.Problem("/protocolOptions/greeting", "protocol sample needs greeting"));
    }

    @Test
    void aWrongTypeIsNamedWithTheRightOne() {
        assertThat(problems(new JsonObject()
                        .put("greeting", 7)
                        .put("depth", "deep")
                        .put("ratio", "half")
                        .put("verbose", "yes")
                        .put("tags", new JsonObject())
                        .putNull("more")))
                .extracting(InvalidOptions.Problem::detail)
                .containsExactlyInAnyOrder(
                        "greeting must be of type string, not 7",
                        "depth must be of type integer, not \"deep\"",
                        "ratio must be of type number, not \"half\"",
                        "verbose must be of type boolean, not \"yes\"",
                        "tags must be of type array, not {}",
                        "more must be of type object, not null");
    }

    @Test
    void anIntegerIsNotAFraction() {
        assertThat(problems(new JsonObject().put("greeting", "hello").put("depth", 2.5)))
                .hasSize(1);
    }

    @Test
    void aNumberOutOfRangeIsNamedWithTheRange() {
        assertThat(problems(new JsonObject()
                        .put("greeting", "hello")
                        .put("depth", 9)
                        .put("ratio", -1)))
                .extracting(InvalidOptions.Problem::detail)
                .containsExactly("depth must be from 1 to 8, not 9", "ratio must be from 0 to any, not -1");
    }

    @Test
    void aValueOutsideTheEnumerationIsNamedWithIt() {
        assertThat(problems(new JsonObject().put("greeting", "hello").put("mode", "wild")))
                .extracting(InvalidOptions.Problem::detail)
                .containsExactly("mode must be one of [\"fast\",\"safe\"], not \"wild\"");
    }

    @Test
    void aPointerToAnOddNameIsEscaped() {
        assertThat(problems(new JsonObject().put("greeting", "hello").put("a/b~c", 1)))
                .extracting(InvalidOptions.Problem::pointer)
                .containsExactly("/protocolOptions/a~1b~0c");
    }

    @Test
    void aProtocolWithoutOptionsTakesNone() {
        Protocol plain = Protocol.of("plain", connection -> null);

        assertThat(OptionsSchema.complete(plain, new JsonObject())).isEmpty();
        InvalidOptions refused = catchThrowableOfType(
                InvalidOptions.class, () -> OptionsSchema.complete(plain, new JsonObject().put("x", 1)));
        assertThat(refused.problems()).hasSize(1);
    }

    private List<InvalidOptions.Problem> problems(JsonObject options) {
        return catchThrowableOfType(InvalidOptions.class, () -> OptionsSchema.complete(protocol, options))
                .problems();
    }
}
