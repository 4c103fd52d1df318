package org.kamaelia.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.ShutdownMicroprocess;
import org.kamaelia.component.testing.ComponentRig;

/** Bytes in, lines out. */
class LineFramerTest {
    private final ComponentRig rig = ComponentRig.of(new LineFramer(10));

    @Test
    void aLineEndsAtANewline() {
        send("one\ntwo\n");

        assertThat(lines()).containsExactly("one", "two");
    }

    @Test
    void aCarriageReturnBeforeTheNewlineBelongsToTheEnd() {
        send("one\r\ntwo\r\n\r\n");

        assertThat(lines()).containsExactly("one", "two", "");
    }

    @Test
    void aCarriageReturnElsewhereBelongsToTheLine() {
        send("o\rne\r\r\n");

        assertThat(lines()).containsExactly("o\rne\r");
    }

    @Test
    void aLineMayComeInPieces() {
        send("o");
        assertThat(lines()).isEmpty();
        send("ne\nt", "w", "", "o\r", "\n");

        assertThat(lines()).containsExactly("one", "two");
    }

    @Test
    void everyByteMayComeAlone() {
        for (byte each : "grün\r\nrot\n\nblau\n".getBytes(StandardCharsets.UTF_8)) {
            rig.send("inbox", Buffer.buffer(new byte[] {each})).run();
        }

        assertThat(lines()).containsExactly("grün", "rot", "", "blau");
    }

    @Test
    void manyLinesInOneChunkWaitForATinyReceiver() {
        rig.bound("outbox", 1);
        StringBuilder chunk = new StringBuilder();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            chunk.append(i).append('\n');
            expected.add(String.valueOf(i));
        }
        List<String> received = new ArrayList<>();

        rig.send("inbox", Buffer.buffer(chunk.toString())).send("control", new ProducerFinished());
        for (rig.run(); !rig.hasEnded(); rig.run()) {
            List<String> one = lines();
            assertThat(one).hasSize(1);
            received.addAll(one);
        }
        received.addAll(lines());

        assertThat(received).isEqualTo(expected);
        assertThat(rig.takeSignals()).hasSize(1);
    }

    @Test
    void atTheEndOfTheInputTheRestIsALine() {
        send("one\ntw");
        ProducerFinished finished = new ProducerFinished();

        rig.send("inbox", Buffer.buffer("o")).send("control", finished).run();

        assertThat(lines()).containsExactly("one", "two");
        assertThat(rig.takeSignals()).containsExactly(finished);
        assertThat(rig.hasEnded()).isTrue();
    }

    @Test
    void theRestWaitsForRoomToo() {
        rig.bound("outbox", 1);
        send("one\ntwo");
        rig.send("control", new ProducerFinished()).run();
        assertThat(rig.hasEnded()).isFalse();

        assertThat(lines()).containsExactly("one");
        rig.run();

        assertThat(lines()).containsExactly("two");
        assertThat(rig.hasEnded()).isTrue();
    }

    @Test
    void anEndWithoutARestAddsNoLine() {
        send("one\n");
        rig.send("control", new ProducerFinished()).run();

        assertThat(lines()).containsExactly("one");
    }

    @Test
    void theLongestLineIsTakenWithEitherEnd() {
        send("1234567890\n", "1234567890\r\n", "1234567890", "\r", "\n");

        assertThat(lines()).containsExactly("1234567890", "1234567890", "1234567890");
        assertThat(rig.hasEnded()).isFalse();
    }

    @Test
    void aLineThatIsTooLongEndsTheInputAfterThoseBeforeIt() {
        send("one\n12345678901\ntwo\n");

        assertThat(lines()).containsExactly("one");
        assertThat(rig.takeSignals())
                .singleElement()
                .isInstanceOfSatisfying(
                        ProducerFinished.class,
                        finished -> assertThat(finished.reason()).isEqualTo("a line longer than 10 bytes"));
        assertThat(rig.hasEnded()).isTrue();
    }

    @Test
    void aLineThatNeverEndsIsNotKept() {
        for (int i = 0; i < 100 && !rig.hasEnded(); i++) {
            rig.send("inbox", Buffer.buffer("1")).run();
        }

        assertThat(rig.hasEnded()).isTrue();
        assertThat(lines()).isEmpty();
    }

    @Test
    void theLengthIsOfBytes() {
        send("ääääää\n");

        assertThat(rig.hasEnded()).as("12 bytes in UTF-8").isTrue();
    }

    @Test
    void whatIsNotUtf8IsReplaced() {
        rig.send("inbox", Buffer.buffer(new byte[] {'a', (byte) 0xff, '\n'})).run();

        assertThat(lines()).containsExactly("a\ufffd");
    }

    @Test
    void aShutdownStopsItAtOnce() {
        rig.bound("outbox", 1);
        send("one\ntwo\nthree\n");

        rig.send("control", new ShutdownMicroprocess()).run();

        assertThat(rig.hasEnded()).isTrue();
        assertThat(rig.takeSignals()).singleElement().isInstanceOf(ShutdownMicroprocess.class);
        assertThat(lines()).containsExactly("one");
    }

    private void send(String... chunks) {
        for (String chunk : chunks) {
            rig.send("inbox", Buffer.buffer(chunk)).run();
        }
    }

    private List<String> lines() {
        return rig.take("outbox", String.class);
    }
}
