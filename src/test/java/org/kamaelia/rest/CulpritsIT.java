package org.kamaelia.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kamaelia.Running;
import org.kamaelia.component.Component;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.control.AdminOptions;
import org.kamaelia.protocol.Protocol;
import org.kamaelia.rest.Heard.Block;

/** Whose fault it was is told: the component's, with its connection and its listener. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class CulpritsIT {

    private final CountDownLatch told = new CountDownLatch(1);

    private final Served served = new Served(
            AdminOptions.defaults(),
            (vertx, schedulers) -> Operated.on(
                    vertx,
                    List.of(
                            Protocol.of(
                                    "thrower",
                                    connection -> new Culprit(() -> {
                                        throw new IllegalStateException("broken");
                                    })),
                            Protocol.of("nested", connection -> new Outer()),
                            Protocol.of("deaf", connection -> new Deaf()),
                            Protocol.of("dawdler", connection -> new Culprit(this::dawdle)))));

    /** Does something when its peer has sent something. */
    private static final class Culprit extends Component {
        private final Inbox<Buffer> inbox = inbox("inbox", Buffer.class);
        private final Runnable deed;

        Culprit(Runnable deed) {
            this.deed = deed;
        }

        @Override
        protected Next step() {
            if (inbox.poll() != null) {
                deed.run();
            }
            return PAUSE;
        }
    }

    /** Its part is the one that throws. */
    private static final class Outer extends Component {
        private final Culprit part = new Culprit(() -> {
            throw new IllegalStateException("broken within");
        });

        Outer() {
            link(inbox("inbox", Buffer.class), part.inbox("inbox", Buffer.class));
            addChild(part);
        }

        @Override
        protected Next step() {
            if (!part.isActive()) {
                activate(part);
            }
            return PAUSE;
        }
    }

    /** Has no boxes of its own. */
    private static final class Deaf extends Component {
        @Override
        protected Next step() {
            return PAUSE;
        }
    }

    @AfterEach
    void stop() {
        told.countDown();
        served.close();
    }

    private void dawdle() {
        try {
            told.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Socket client(String protocol) throws IOException {
        JsonObject listener = served.api(
                        "PUT",
                        "/listeners/of-" + protocol,
                        "{\"host\":\"127.0.0.1\",\"protocol\":\"" + protocol + "\"}")
                .json();
        return new Socket(InetAddress.getLoopbackAddress(), listener.getInteger("boundPort"));
    }

    /** Empty as long as it is not there. */
    private List<JsonObject> culprits() {
        return served.api("GET", "/components", null).json().getJsonArray("items").stream()
                .map(JsonObject.class::cast)
                .filter(each -> each.getString("name").contains("Culprit#"))
                .toList();
    }

    private JsonObject item(String path) {
        return served.api("GET", path, null).json().getJsonArray("items").getJsonObject(0);
    }

    /** The event that a byte leads to. */
    private Block deed(String protocol, String type) throws Exception {
        try (Socket client = client(protocol);
                Heard heard = new Heard(served.port(), "?type=" + type)) {
            Running.until("it is served", () -> culprits().size() == 1);
            String component = culprits().get(0).getString("id");
            String connection = item("/connections").getString("id");

            client.getOutputStream().write(7);

            Block event = heard.event();
            assertThat(event.type()).isEqualTo(type);
            assertThat(event.json().getString("listener")).isEqualTo("of-" + protocol);
            assertThat(event.data().getString("component")).contains("Culprit#");
            assertThat(event.data().getString("componentId")).isEqualTo(component);
            assertThat(event.data().getString("connection")).isEqualTo(connection);
            return event;
        }
    }

    @Test
    void aHandlerThatTakesNothingIsWhatItsConnectionWaitsFor() throws Exception {
        try (Socket client = client("deaf")) {
            client.getOutputStream().write(7);

            Running.until(
                    "it has come", () -> connection().getString("waitsFor").startsWith("its handler: "));
            assertThat(connection().getString("waitsFor"))
                    .matches("its handler: \\d+ bytes wait in .*Deaf#\\d+\\.inbox");
        }
    }

    /** The only one; without a word of what it waits for while there is none. */
    private JsonObject connection() {
        return served.api("GET", "/connections", null).json().getJsonArray("items").stream()
                .map(each -> ((JsonObject) each).getString("id"))
                .findFirst()
                .map(id -> served.api("GET", "/connections/" + id, null).json())
                .orElse(new JsonObject().put("waitsFor", ""));
    }

    @Test
    void aHandlerThatThrowsIsToldWithItsConnectionAndItsListener() throws Exception {
        assertThat(deed("thrower", "failure").data().getString("failure")).contains("broken");
    }

    @Test
    void aPartOfAHandlerThatThrowsIsToldWithTheConnectionThatItServes() throws Exception {
        assertThat(deed("nested", "failure").data().getString("failure")).contains("broken within");
    }

    @Test
    void aStepThatTakesTooLongIsToldWithItsConnectionAndItsListenerWhileItStillDoes() throws Exception {
        assertThat(deed("dawdler", "step-overdue").data().getJsonArray("where")).isNotEmpty();
        assertThat(told.getCount()).isOne();
    }
}
