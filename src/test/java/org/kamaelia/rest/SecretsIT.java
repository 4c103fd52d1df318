package org.kamaelia.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kamaelia.component.Component;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Outbox;
import org.kamaelia.control.AdminOptions;
import org.kamaelia.protocol.Protocol;
import org.kamaelia.rest.Served.Reply;
import org.kamaelia.tcp.ConnectionInfo;

/** Secrets among the options of a protocol: nobody is told of them, and whoever sends an answer back keeps them. */
class SecretsIT {

    private static final String VAULT = "/listeners/vault";

    private final Served served =
            new Served(AdminOptions.defaults(), (vertx, schedulers) -> Operated.on(vertx, List.of(new Vault())));

    /** Tells everybody its password, for the test to see. */
    private static final class Vault implements Protocol {
        @Override
        public String name() {
            return "vault";
        }

        @Override
        public JsonObject optionsSchema() {
            return new JsonObject("""
                    {"type": "object", "properties": {"user": {"type": "string"}, "password": {"type": "string"},
                     "pin": {"type": "integer"}}}""");
        }

        @Override
        public Component open(ConnectionInfo connection, JsonObject options) {
            return new Telling(options.getString("user") + ":" + options.getString("password") + "\n");
        }
    }

    private static final class Telling extends Component {
        private final String text;

        Telling(String text) {
            this.text = text;
            Inbox<Buffer> unused = inbox("inbox", Buffer.class);
        }

        private final Outbox<Buffer> outbox = outbox("outbox", Buffer.class);

        @Override
        protected Next step() {
            outbox.send(Buffer.buffer(text));
            return DONE;
        }
    }

    @BeforeEach
    void start() {
        assertThat(put("{\"user\": \"u\", \"password\": \"hunter2\"}").status()).isEqualTo(201);
    }

    @AfterEach
    void stop() {
        served.close();
    }

    private Reply put(String options, String... headers) {
        return served.api(
                "PUT",
                VAULT + "?restart=true",
                "{\"host\": \"127.0.0.1\", \"protocol\": \"vault\", \"protocolOptions\": " + options + "}",
                headers);
    }

    private Reply patch(String options) {
        return served.api(
                "PATCH",
                VAULT + "?restart=true",
                "{\"protocolOptions\": " + options + "}",
                "Content-Type",
                Served.MERGE_PATCH);
    }

    private Reply get() {
        return served.api("GET", VAULT, null);
    }

    private String told() throws IOException {
        int port = get().json().getInteger("boundPort");
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.setSoTimeout(15_000);
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void noAnswerAndNoRecordHasThem() throws IOException {
        assertThat(told()).isEqualTo("u:hunter2\n");
        assertThat(get().json().getJsonObject("protocolOptions"))
                .isEqualTo(new JsonObject("{\"user\": \"u\", \"password\": \"***\"}"));

        for (Reply reply : List.of(
                put("{\"user\": \"v\", \"password\": \"hunter2\"}"),
                patch("{\"password\": \"hunter2\"}"),
                get(),
                served.api("GET", "/listeners", null),
                served.api("POST", VAULT + "/control", "{\"message\": \"suspend\"}"),
                served.api("GET", "/audit", null))) {
            assertThat(reply.status()).isLessThan(300);
            assertThat(reply.response().body()).contains("\"password\":\"***\"").doesNotContain("hunter2");
        }
    }

    @Test
    void anErrorDoesNotTellThemEither() {
        assertThat(put("{\"password\": 4711}").detail()).isEqualTo("password must be of type string, not \"***\"");
        assertThat(put("{\"user\": 4711}").detail()).isEqualTo("user must be of type string, not 4711");
        assertThat(put("{\"pin\": {\"a\": 4711}}").detail()).isEqualTo("pin must be of type integer, not \"***\"");
    }

    @Test
    void anAnswerThatIsSentBackChangesNothing() throws IOException {
        Reply answer = get();
        String tag = answer.header("ETag");

        Reply put = served.api("PUT", VAULT, answer.response().body(), "If-Match", tag);

        assertThat(put.status()).as(put.response().body()).isEqualTo(200);
        assertThat(put.header("ETag")).isEqualTo(tag);
        assertThat(served.api("GET", VAULT, null, "If-None-Match", tag).status())
                .isEqualTo(304);
        assertThat(told()).isEqualTo("u:hunter2\n");
    }

    @Test
    void othersChangeBesideThem() throws IOException {
        assertThat(put("{\"user\": \"v\", \"password\": \"***\"}").status()).isEqualTo(200);
        assertThat(told()).isEqualTo("v:hunter2\n");
        assertThat(patch("{\"user\": \"w\"}").status()).isEqualTo(200);
        assertThat(told()).isEqualTo("w:hunter2\n");
        assertThat(patch("{\"user\": \"x\", \"password\": \"***\"}").status()).isEqualTo(200);
        assertThat(told()).isEqualTo("x:hunter2\n");
    }

    @Test
    void anotherSecretIsAnotherRevision() throws IOException {
        String tag = get().header("ETag");

        Reply changed = patch("{\"password\": \"other\"}");

        assertThat(changed.header("ETag")).isNotEqualTo(tag);
        assertThat(told()).isEqualTo("u:other\n");
        assertThat(put("{\"user\": \"u\", \"password\": \"***\"}", "If-Match", tag)
                        .type())
                .isEqualTo("stale");
        assertThat(patch("{\"password\": \"hunter2\"}").header("ETag")).isEqualTo(tag);
    }

    @Test
    void whereThereIsNoneNothingIsKept() {
        String detail =
                "protocolOptions.password is \"***\", which stands for the present value, and there is none that is"
                        + " surely meant: give the value";
        Reply created = served.api(
                "PUT",
                "/listeners/other",
                "{\"host\": \"127.0.0.1\", \"protocol\": \"vault\", \"protocolOptions\": {\"password\": \"***\"}}");
        assertThat(patch("{\"password\": null}").status()).isEqualTo(200);

        for (Reply refused : List.of(created, put("{\"password\": \"***\"}"), patch("{\"password\": \"***\"}"))) {
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.type()).isEqualTo("invalid-input");
            assertThat(refused.detail()).isEqualTo(detail);
            assertThat(refused.error(0).getString("pointer")).isEqualTo("/protocolOptions/password");
        }
        assertThat(served.api("GET", "/listeners/other", null).status()).isEqualTo(404);
    }
}
