package org.kamaelia.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kamaelia.control.AdminLimits;
import org.kamaelia.control.AdminOptions;

/** Clients that are slow, broken or worse: each is answered or cut off, and the others do not notice. */
class RoughClientsIT {

    private static final String HEAD = " HTTP/1.1\r\nHost: localhost\r\n";

    private static Served served;

    @BeforeAll
    static void serve() {
        served = new Served(AdminOptions.defaults()
                .limits(AdminLimits.defaults()
                        .bodyBytes(4096)
                        .headerBytes(2048)
                        .idleTimeout(Duration.ofSeconds(1))
                        .requestTimeout(Duration.ofMillis(1_500))));
    }

    @AfterAll
    static void stop() {
        served.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET / HTTP/1.1\\r\\nnonsense\\r\\n\\r\\n|400",
                "\\026\\003\\001hello\\r\\n\\r\\n|400",
                "GET /%zz HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n|400",
                "GET /api/v1/info?%zz HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n|400",
                "GET /api/v1/listeners/x?y=% HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n|400",
                "GET /api/v1/listeners/%ff%fe HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n|40[04]",
                "GET /api/v1/../../etc/passwd HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n|400",
                "PUT /api/v1/listeners/x HTTP/1.1\\r\\nHost: localhost\\r\\nContent-Length: x\\r\\n\\r\\n|400",
                "PUT /api/v1/listeners/x HTTP/1.1\\r\\nHost: localhost\\r\\nExpect: tea\\r\\nContent-Length: 2\\r\\n\\r\\n|417",
            })
    void whatIsNotHttpIsAProblem(String request, String status) throws IOException {
        String reply = served.raw(request.translateEscapes());

        assertThat(reply).matches("(?s)HTTP/1.[01] " + status + " .*");
        assertThat(reply.toLowerCase(java.util.Locale.ROOT)).contains("content-type: application/problem+json");
        assertThat(reply).contains("urn:kamaelia:problem:").doesNotContain("Exception");
    }

    @Test
    void aLineOrHeadersThatAreTooLongAreAProblem() throws IOException {
        assertThat(served.raw("GET /" + "x".repeat(5000) + HEAD + "\r\n")).contains(" 414 ", "bad-request");
        assertThat(served.raw("GET /" + HEAD + "X: " + "y".repeat(3000) + "\r\n\r\n"))
                .contains(" 431 ", "admin.limits.headerBytes");
    }

    @Test
    void aBrokenChunkEndsItsConnection() throws IOException {
        String reply = served.raw("PUT /api/v1/listeners/x" + HEAD + "Transfer-Encoding: chunked\r\n\r\nzz\r\n");

        assertThat(reply).matches("(?s)|HTTP/1.1 400 .*");
    }

    @Test
    void aBodyInChunksHasTheSameLimit() throws IOException {
        String chunk = "400\r\n" + "x".repeat(1024) + "\r\n";
        String reply = served.raw("PUT /api/v1/listeners/x" + HEAD
                + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk.repeat(8)
                + "0\r\n\r\n");

        assertThat(reply).startsWith("HTTP/1.1 413 ").contains("too-large");
    }

    @Test
    void whoeverWaitsForALeaveToSendIsToldAtOnce() throws IOException {
        String reply = served.raw("PUT /api/v1/listeners/x" + HEAD
                + "Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 2000000\r\n\r\n");

        assertThat(reply).startsWith("HTTP/1.1 413 ").contains("too-large");
    }

    @Test
    void aBodyThatComesTooSlowlyIsCutOff() throws IOException {
        String reply = drip(
                "PUT /api/v1/listeners/x" + HEAD + "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n");

        assertThat(reply).startsWith("HTTP/1.1 408 ").contains("request-timeout");
    }

    @Test
    void headersThatComeTooSlowlyAreCutOff() throws IOException {
        assertThat(drip("GET /api/v1/info" + HEAD + "X: ")).isEmpty();
    }

    /** Sends a byte whenever the server has said nothing for a while, until it has had enough, and tells what it said. */
    private static String drip(String request) throws IOException {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try (Socket socket = served.socket()) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.setSoTimeout(50);
            for (int drops = 0; drops < 200; ) {
                try {
                    int next = socket.getInputStream().read();
                    if (next < 0) {
                        return said.toString(StandardCharsets.UTF_8);
                    }
                    said.write(next);
                } catch (SocketTimeoutException quiet) {
                    drops++;
                    socket.getOutputStream().write('x');
                }
            }
        } catch (SocketException reset) {
            return said.toString(StandardCharsets.UTF_8);
        }
        throw new AssertionError("the server takes every drop");
    }

    @Test
    void aConnectionThatAsksNothingIsClosed() throws IOException {
        try (Socket socket = served.socket()) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void whoeverGoesAwayInTheMiddleIsNotMissed() throws IOException {
        for (int i = 0; i < 5; i++) {
            try (Socket socket = served.socket()) {
                socket.getOutputStream()
                        .write(("PUT /api/v1/listeners/x" + HEAD
                                        + "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{")
                                .getBytes(StandardCharsets.US_ASCII));
            }
        }
        assertThat(served.raw("GET /health/live" + HEAD + "Connection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void requestsInOneGoAreAnsweredInTurn() throws IOException {
        String reply = served.raw("GET /health/live" + HEAD + "\r\nGET /nowhere" + HEAD + "\r\nGET /health/ready" + HEAD
                + "Connection: close\r\n\r\n");

        assertThat(reply).matches("(?s)HTTP/1.1 200 .*HTTP/1.1 404 .*HTTP/1.1 200 .*");
    }
}
