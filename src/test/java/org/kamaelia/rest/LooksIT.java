package org.kamaelia.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kamaelia.Running;

/** Looks at everything over HTTP, while an event loop answers none of them. */
class LooksIT {

    /** Under way, and waiting. */
    private static final int MOST = 2 + 16;

    @TempDir
    private Path folder;

    private final List<Socket> callers = new ArrayList<>();
    private Stage stage;

    @BeforeEach
    void serve() throws Exception {
        stage = new Stage(folder);
        stage.standStill();
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket each : callers) {
            each.close();
        }
        stage.close();
    }

    private Socket ask() throws IOException {
        Socket caller = stage.served.socket();
        callers.add(caller);
        caller.getOutputStream()
                .write("GET /api/v1/connections?sort=-idle HTTP/1.1\r\nHost: localhost\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
        return caller;
    }

    private static String status(Socket caller) throws IOException {
        return new String(caller.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
    }

    private Optional<Socket> answered() throws IOException {
        for (Socket each : callers) {
            if (each.getInputStream().available() > 0) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    @Test
    void oneTooManyIsRefusedAndOneThatHangsUpMakesRoom() throws IOException {
        for (int i = 0; i < MOST + 1; i++) {
            Socket unused = ask();
        }
        Running.until("one is refused", () -> answered().isPresent());
        Socket refused = answered().orElseThrow();
        assertThat(status(refused)).isEqualTo("HTTP/1.1 503");
        callers.remove(refused);
        refused.close();
        assertThat(answered()).isEmpty();

        for (int i = 0; i < MOST / 2; i++) {
            callers.remove(0).close();
        }

        Socket waits = untilOneWaits();
        assertThat(answered()).isEmpty();
        stage.goOn();
        waits.setSoTimeout(20_000);
        assertThat(status(waits)).isEqualTo("HTTP/1.1 200");
        for (Socket each : callers) {
            if (each != waits) {
                assertThat(status(each)).isEqualTo("HTTP/1.1 200");
            }
        }
    }

    /** The first that is not refused for so long that it must be waiting. */
    private Socket untilOneWaits() {
        Socket[] waits = {null};
        Running.until("one may wait", () -> {
            Socket next = ask();
            next.setSoTimeout(2_000);
            try {
                assertThat(status(next)).isEqualTo("HTTP/1.1 503");
                callers.remove(next);
                next.close();
            } catch (SocketTimeoutException waiting) {
                waits[0] = next;
            }
            return waits[0] != null;
        });
        return waits[0];
    }
}
