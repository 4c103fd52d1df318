package org.kamaelia.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vertx.core.buffer.Buffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.ShutdownMicroprocess;
import org.kamaelia.component.Signal;
import org.kamaelia.component.testing.ComponentRig;

/** Bytes in, frames out; for lines also see {@link LineFramerTest}. */
class FramersTest {
    private static final int MAX = 5;
    private static final LengthPrefix INT = new LengthPrefix(4, ByteOrder.BIG_ENDIAN);
    private static final LengthPrefix LONG = new LengthPrefix(8, ByteOrder.BIG_ENDIAN);

    /** A framer with frames that it lets through, as they look on the wire and behind it. */
    private record Kind(Supplier<Framer<Buffer>> framer, List<String> frames, List<Buffer> wire) {
        Buffer bytes() {
            Buffer all = Buffer.buffer();
            wire.forEach(all::appendBuffer);
            return all;
        }
    }

    static List<Arguments> kinds() {
        List<Arguments> kinds = new ArrayList<>();
        List<String> frames = List.of("one", "", "12345", "x", "\r\n-\r", "");
        for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
            for (int size : new int[] {1, 2, 4, 8}) {
                LengthPrefix prefix = new LengthPrefix(size, order);
                List<Buffer> wire = frames.stream()
                        .map(each -> prefix.before(Buffer.buffer(each)))
                        .toList();
                kinds.add(Arguments.of(Named.of(
                        prefix.toString(), new Kind(() -> new LengthPrefixFramer(prefix, MAX), frames, wire))));
            }
        }
        for (String delimiter : List.of(";", "\r\n--\r\n", "aab")) {
            List<String> between = List.of("one", "", "12345", "aa", "\r\n--\r", "a");
            List<String> fitting =
                    between.stream().filter(each -> each.length() <= MAX).toList();
            List<Buffer> wire = fitting.stream()
                    .map(each -> Buffer.buffer(each + delimiter))
                    .toList();
            kinds.add(Arguments.of(Named.of(
                    "delimiter " + delimiter.replace("\r\n", "crlf"),
                    new Kind(() -> new DelimiterFramer(Buffer.buffer(delimiter), MAX), fitting, wire))));
        }
        List<String> fixed = List.of("12345", "abcde", "\0\0\0\0\0");
        kinds.add(Arguments.of(Named.of(
                "fixed",
                new Kind(
                        () -> new FixedLengthFramer(MAX),
                        fixed,
                        fixed.stream().map(Buffer::buffer).toList()))));
        return kinds;
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void manyFramesMayComeInOneChunk(Kind kind) {
        ComponentRig rig = ComponentRig.of(kind.framer.get());

        rig.send("inbox", kind.bytes()).run();

        assertThat(frames(rig)).isEqualTo(kind.frames);
        assertThat(rig.hasEnded()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void chunksMayBeCutAtEveryByte(Kind kind) {
        Buffer bytes = kind.bytes();
        for (int first = 0; first <= bytes.length(); first++) {
            for (int second = first; second <= bytes.length(); second++) {
                ComponentRig rig = ComponentRig.of(kind.framer.get());
                rig.send("inbox", bytes.getBuffer(0, first), bytes.getBuffer(first, second))
                        .send("inbox", bytes.getBuffer(second, bytes.length()))
                        .send("control", new ProducerFinished())
                        .run();

                assertThat(frames(rig)).as("cut at %s and %s", first, second).isEqualTo(kind.frames);
                assertThat(farewell(rig)).isNull();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void everyByteMayComeAlone(Kind kind) {
        ComponentRig rig = ComponentRig.of(kind.framer.get());
        for (byte each : kind.bytes().getBytes()) {
            rig.send("inbox", Buffer.buffer(new byte[] {each})).run();
        }

        assertThat(frames(rig)).isEqualTo(kind.frames);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void framesWaitForATinyReceiver(Kind kind) {
        ComponentRig rig = ComponentRig.of(kind.framer.get()).bound("outbox", 1);
        List<String> received = new ArrayList<>();

        rig.send("inbox", kind.bytes()).send("control", new ProducerFinished());
        for (rig.run(); !rig.hasEnded(); rig.run()) {
            List<String> one = frames(rig);
            assertThat(one).hasSize(1);
            received.addAll(one);
        }
        received.addAll(frames(rig));

        assertThat(received).isEqualTo(kind.frames);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void anInputThatEndsWithinAFrameSaysSo(Kind kind) {
        ComponentRig rig = ComponentRig.of(kind.framer.get());
        Buffer last = kind.wire.get(0);

        rig.send("inbox", kind.bytes(), last.getBuffer(0, last.length() - 1))
                .send("control", new ProducerFinished())
                .run();

        assertThat(frames(rig)).isEqualTo(kind.frames);
        assertThat(farewell(rig)).isEqualTo("the input ended within a frame");
        assertThat(rig.hasEnded()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aShutdownStopsItAtOnce(Kind kind) {
        ComponentRig rig = ComponentRig.of(kind.framer.get()).bound("outbox", 1);

        rig.send("inbox", kind.bytes()).run();
        rig.send("control", new ShutdownMicroprocess()).run();

        assertThat(rig.hasEnded()).isTrue();
        assertThat(frames(rig)).hasSize(1);
    }

    @Test
    void whatWaitsIsCountedInBytes() {
        ComponentRig rig = ComponentRig.of(new FixedLengthFramer(40_000));
        for (int i = 0; i < 4; i++) {
            rig.send("inbox", Buffer.buffer(new byte[40_000])).run();
        }

        assertThat(rig.take("outbox", Buffer.class)).as("64 KiB and one more").hasSize(2);
    }

    @Test
    void theReasonOfAnEndIsNotReplaced() {
        ComponentRig rig = ComponentRig.of(new FixedLengthFramer(2));

        rig.send("inbox", Buffer.buffer("a"))
                .send("control", new ProducerFinished("because"))
                .run();

        assertThat(farewell(rig)).isEqualTo("because");
    }

    @Test
    void aFrameKeepsNothingButItself() {
        Buffer chunk = Buffer.buffer("a;b;");
        ComponentRig rig = ComponentRig.of(new DelimiterFramer(Buffer.buffer(";"), MAX));

        rig.send("inbox", chunk).run();
        chunk.setString(0, "????");

        assertThat(frames(rig)).containsExactly("a", "b");
    }

    // ---- too long

    @Test
    void aFrameWithoutADelimiterInTimeEndsTheInputAfterThoseBeforeIt() {
        String tooLong = "one;" + "123456" + ";two;";
        for (int cut = 0; cut <= tooLong.length(); cut++) {
            ComponentRig rig = ComponentRig.of(new DelimiterFramer(Buffer.buffer(";"), MAX));

            feed(rig, Buffer.buffer(tooLong.substring(0, cut)), Buffer.buffer(tooLong.substring(cut)));

            assertThat(frames(rig)).containsExactly("one");
            assertThat(farewell(rig)).isEqualTo("a frame longer than 5 bytes");
        }
    }

    @Test
    void aDelimiterThatIsOnlyBegunCountsNeitherWay() {
        ComponentRig rig = ComponentRig.of(new DelimiterFramer(Buffer.buffer("<>"), MAX));
        rig.send("inbox", Buffer.buffer("12345<")).run();
        assertThat(rig.hasEnded()).isFalse();

        rig.send("inbox", Buffer.buffer("<")).run();

        assertThat(farewell(rig)).isEqualTo("a frame longer than 5 bytes");
        assertThat(frames(rig)).isEmpty();
    }

    @Test
    void aLengthThatIsTooLargeEndsTheInputBeforeItsBytesCome() {
        ComponentRig rig = ComponentRig.of(new LengthPrefixFramer(INT, MAX));

        rig.send("inbox", INT.before(Buffer.buffer("one")), Buffer.buffer().appendInt(6))
                .run();

        assertThat(frames(rig)).containsExactly("one");
        assertThat(farewell(rig)).isEqualTo("a frame longer than 5 bytes");
        assertThat(rig.hasEnded()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32, (1L << 32) + 1, -8, MAX + 1})
    void anEightByteLengthBeyondWhatAFrameMayHaveIsTooLong(long length) {
        for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
            ComponentRig rig = ComponentRig.of(new LengthPrefixFramer(new LengthPrefix(8, order), MAX));
            Buffer bytes = Buffer.buffer();
            Buffer told = order.equals(ByteOrder.BIG_ENDIAN) ? bytes.appendLong(length) : bytes.appendLongLE(length);

            rig.send("inbox", told).run();

            assertThat(farewell(rig)).isEqualTo("a frame longer than 5 bytes");
        }
    }

    @Test
    void aFourByteLengthIsUnsigned() {
        ComponentRig rig = ComponentRig.of(new LengthPrefixFramer(INT, 1 << 30));

        rig.send("inbox", Buffer.buffer().appendInt(-1)).run();

        assertThat(farewell(rig)).isEqualTo("a frame longer than 1073741824 bytes");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void bytesOfALengthAreUnsigned(int size) {
        for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
            LengthPrefix prefix = new LengthPrefix(size, order);
            String longer = "x".repeat(size == 1 ? 200 : 456);
            Buffer bytes = prefix.before(Buffer.buffer(longer));
            ComponentRig rig = ComponentRig.of(new LengthPrefixFramer(prefix, 1000));

            rig.send("inbox", bytes, bytes.getBuffer(0, size), bytes.getBuffer(size, bytes.length()))
                    .run();

            assertThat(frames(rig)).containsExactly(longer, longer);
        }
    }

    @Test
    void aFrameThatMayBeEmptyOnlyIsLetThrough() {
        ComponentRig rig = ComponentRig.of(new LengthPrefixFramer(LONG, 0));

        rig.send("inbox", LONG.before(Buffer.buffer()), LONG.before(Buffer.buffer()))
                .run();

        assertThat(frames(rig)).containsExactly("", "");
    }

    // ---- what cannot be made

    @Test
    void limitsAreChecked() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LineFramer(-1))
                .withMessage("the longest line must be from 0 to 1073741824 bytes, not -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FixedLengthFramer(0))
                .withMessage("a frame of fixed length has at least 1 byte, not 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DelimiterFramer(Buffer.buffer(), 1))
                .withMessage("a delimiter has 1 to 64 bytes, not 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DelimiterFramer(Buffer.buffer(new byte[65]), 1))
                .withMessage("a delimiter has 1 to 64 bytes, not 65");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LengthPrefix(3, ByteOrder.BIG_ENDIAN))
                .withMessage("a length prefix has 1, 2, 4 or 8 bytes, not 3");
    }

    @Test
    void aPrefixTakesWhatItCanTell() {
        LengthPrefix one = new LengthPrefix(1, ByteOrder.BIG_ENDIAN);

        assertThat(one.before(Buffer.buffer(new byte[255])).length()).isEqualTo(256);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> one.before(Buffer.buffer(new byte[256])))
                .withMessage("a frame of 256 bytes does not fit a length prefix of 1 bytes");
        assertThat(new LengthPrefix(2, ByteOrder.LITTLE_ENDIAN).before(Buffer.buffer("ab")))
                .isEqualTo(Buffer.buffer(new byte[] {2, 0, 'a', 'b'}));
        assertThat(LONG.before(Buffer.buffer("a"))).isEqualTo(Buffer.buffer(new byte[] {0, 0, 0, 0, 0, 0, 0, 1, 'a'}));
    }

    // ---- common

    private static void feed(ComponentRig rig, Buffer... chunks) {
        for (Buffer chunk : chunks) {
            if (!rig.hasEnded()) {
                rig.send("inbox", chunk).run();
            }
        }
    }

    private static List<String> frames(ComponentRig rig) {
        return rig.take("outbox", Buffer.class).stream().map(Buffer::toString).toList();
    }

    /** Why it has ended; null if it has not, or says nothing. */
    private static Object farewell(ComponentRig rig) {
        List<Signal> farewells = rig.takeSignals();
        return farewells.isEmpty() ? null : ((ProducerFinished) farewells.get(0)).reason();
    }
}
