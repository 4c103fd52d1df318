package org.kamaelia.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kamaelia.Running;
import org.kamaelia.control.AdminLimits;
import org.kamaelia.control.AdminOptions;
import org.kamaelia.control.Role;
import org.kamaelia.control.Tokens;
import org.kamaelia.control.Tokens.NewToken;

/** Who has a place among the plane's connections when there are more who want one. */
@Timeout(60)
class VisitorsIT {

    private static final String INFO = "/api/v1/info";
    private static final String HEAD = " HTTP/1.1\r\nHost: localhost\r\n";
    private static final int MOST = 4;

    private final NewToken otto = Tokens.create("otto", Role.OPERATOR);
    private final String bearer = "Authorization: Bearer " + otto.token();
    private final List<Wire> wires = new ArrayList<>();

    @TempDir
    Path directory;

    private Served served;

    @BeforeEach
    void serve() throws IOException {
        Path file = Files.writeString(directory.resolve("tokens"), otto.line() + "\n");
        served = new Served(AdminOptions.defaults()
                .tokenFile(file)
                .limits(AdminLimits.defaults().connections(MOST)));
    }

    @AfterEach
    void stop() throws IOException {
        for (Wire each : wires) {
            each.close();
        }
        served.close();
    }

    private Wire connect() throws IOException {
        Wire wire = Wire.to(served.port());
        wires.add(wire);
        return wire;
    }

    /** One who is known, as their answer shows. */
    private Wire known() throws IOException {
        Wire wire = connect();
        assertThat(wire.get(INFO, bearer).status()).isEqualTo(200);
        return wire;
    }

    private static boolean isCutOff(Wire wire) throws IOException {
        try {
            return wire.isClosed();
        } catch (SocketException reset) {
            return true;
        }
    }

    @Test
    void idleStrangersMakeRoomForProbesAndOperatorsTheLongestWaitingFirst() throws IOException {
        List<Wire> idle = new ArrayList<>();
        for (int i = 0; i < MOST; i++) {
            idle.add(connect());
        }

        assertThat(connect().get("/health/live").status()).isEqualTo(200);
        assertThat(isCutOff(idle.get(0))).isTrue();
        known();
        assertThat(isCutOff(idle.get(1))).isTrue();
        assertThat(idle.get(2).get("/health/live").status()).isEqualTo(200);
    }

    @Test
    void aCallerWhoIsKnownKeepsTheirPlaceHoweverManyStrangersCome() throws IOException {
        Wire operator = known();

        for (int i = 0; i < 5 * MOST; i++) {
            connect();
        }
        assertThat(connect().get("/health/live").status()).isEqualTo(200);

        assertThat(operator.get(INFO, bearer).status()).isEqualTo(200);
    }

    @Test
    void aStrangerWhoAsksIsOneStill() throws IOException {
        List<Wire> asking = new ArrayList<>();
        for (int i = 0; i < MOST; i++) {
            Wire each = connect();
            asking.add(each);
            assertThat(each.get(INFO).status()).isEqualTo(401);
        }

        assertThat(connect().get("/health/live").status()).isEqualTo(200);
        assertThat(isCutOff(asking.get(0))).isTrue();
    }

    @Test
    void strangersWithUnfinishedBodiesMakeRoomToo() throws IOException {
        for (int i = 0; i < MOST; i++) {
            Wire each = connect();
            each.say("GET /health/live" + HEAD + "\r\n" + "PUT /api/v1/listeners/x" + HEAD
                    + "Content-Length: 2\r\n\r\n");
            assertThat(each.hear(true).status()).isEqualTo(200);
        }

        known();
    }

    @Test
    void withNoStrangersTheCallerWhoHasAskedNothingForLongestMakesRoom() throws IOException {
        List<Wire> resting = new ArrayList<>();
        for (int i = 0; i < MOST; i++) {
            resting.add(known());
        }
        assertThat(resting.get(0).get(INFO, bearer).status()).isEqualTo(200);

        assertThat(connect().get("/health/live").status()).isEqualTo(200);
        assertThat(isCutOff(resting.get(1))).isTrue();
        assertThat(resting.get(0).get(INFO, bearer).status()).isEqualTo(200);
    }

    @Test
    void callersWhoAreBeingServedMakeNoRoom() throws IOException {
        for (int i = 0; i < MOST; i++) {
            assertThat(connect().get("/api/v1/events", bearer).status()).isEqualTo(200);
        }

        assertThat(isCutOff(connect())).isTrue();
        wires.get(0).close();
        Running.until("its place is free", () -> !isRefused(connect()));
    }

    private boolean isRefused(Wire wire) {
        try {
            return wire.get("/health/live").status() != 200;
        } catch (IOException refused) {
            return true;
        }
    }
}
