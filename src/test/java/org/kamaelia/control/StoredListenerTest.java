package org.kamaelia.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.ListenerOptions;

class StoredListenerTest {
    private static final StoredListener STORED = new StoredListener(
            "Front.1",
            ListenerOptions.of("lines")
                    .host("127.0.0.1")
                    .port(7000)
                    .maxConnections(10)
                    .idleTimeout(Duration.ofMinutes(5))
                    .protocolOptions(
                            new JsonObject("{\"z\": [1, 2.5, {\"y\": null}], \"a\": \"\\u00fc\\ud83d\\ude00\"}")),
            Wanted.SUSPENDED);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String problem(byte[] bytes) {
        return catchThrowableOfType(InvalidOptions.class, () -> StoredListener.read(STORED.file(), bytes))
                .getMessage();
    }

    @ParameterizedTest
    @EnumSource(Wanted.class)
    void whatIsWrittenIsReadBack(Wanted wanted) {
        StoredListener stored = new StoredListener(STORED.name(), STORED.options(), wanted);
        assertThat(StoredListener.read(stored.file(), bytes(stored.text()))).isEqualTo(stored);
    }

    @Test
    void itsDigestIsTheListenersRevision() {
        assertThat(new JsonObject(STORED.text()).getString("revision"))
                .isEqualTo(Revision.of(STORED.options(), STORED.wanted()));
    }

    @Test
    void itIsRefusedTornAtWhateverByte() {
        byte[] whole = bytes(STORED.text().strip());
        for (int length = 0; length < whole.length; length++) {
            assertThat(problem(Arrays.copyOf(whole, length)))
                    .as("%d bytes", length)
                    .isNotEmpty();
        }
    }

    @Test
    void itIsRefusedFilledUpWithZeros() {
        byte[] whole = bytes(STORED.text());
        for (int length = 0; length < whole.length; length += 7) {
            byte[] torn = Arrays.copyOf(Arrays.copyOf(whole, length), whole.length);
            assertThat(problem(torn)).isNotEmpty();
        }
    }

    @Test
    void whicheverByteIsWrongItIsRefusedOrTheSame() {
        byte[] whole = bytes(STORED.text());
        for (int i = 0; i < whole.length; i++) {
            byte[] flipped = whole.clone();
            flipped[i] ^= (byte) (1 << i % 7);
            StoredListener read;
            try {
                read = StoredListener.read(STORED.file(), flipped);
            } catch (InvalidOptions refused) {
                continue;
            }
            assertThat(read).as("byte %d", i).isEqualTo(STORED);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"version\" : 1|\"version\" : 2|its version is 2, and 1 is the one known here",
                "\"version\" : 1|\"version\" : \"1\"|its version is 1, and 1",
                "\"version\" : 1,||its version is null",
                "\"name\"|\"colour\" : \"red\", \"name\"|\"colour\" is no option here",
                "\"host\"|\"hots\" : 1, \"host\"|\"options.hots\" is no option here",
                "\"port\" : 7000|\"port\" : 70000|options.port 70000 is out of range",
                "\"port\" : 7000|\"port\" : 7001|changed since it was written",
                "suspended|paused|wanted \"paused\" is unknown",
                "suspended|running|changed since it was written",
                "Front.1|front.1|it is of listener \"front.1\", and not called like it",
            })
    void whatIsWrongIsTold(String part, String replacement, String problem) {
        String text = STORED.text();
        assertThat(text).contains(part);
        assertThat(problem(bytes(text.replace(part, replacement == null ? "" : replacement))))
                .contains(problem);
    }
}
