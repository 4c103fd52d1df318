package org.kamaelia.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.vertx.core.buffer.Buffer;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.testing.ComponentRig;

/**
 * Any bytes, cut anywhere, are the same frames as those of a decoder that sees them all at once and takes the plain way.
 * {@code JAZZER_FUZZ=1 mvn test-compile surefire:test@fuzz -Dtest=FramersFuzzTest#lines} looks for two minutes for bytes
 * for which that is not so; without {@code JAZZER_FUZZ} those in {@code FramersFuzzTestInputs} are tried.
 */
@Tag("fuzz")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FramersFuzzTest {
    private static final String WITHIN = "the input ended within a frame";

    /** What is to come out: frames, and why there are no more; null where nothing is wrong. */
    private record Decoded<T>(List<T> frames, String reason) {}

    @FuzzTest(maxDuration = "2m")
    void lines(FuzzedDataProvider data) {
        int max = data.consumeInt(0, 40);
        List<byte[]> chunks = chunks(data);

        assertThat(run(new LineFramer(max), String.class, chunks, max + 2)).isEqualTo(linesOf(join(chunks), max));
    }

    @FuzzTest(maxDuration = "2m")
    void fixedLength(FuzzedDataProvider data) {
        int length = data.consumeInt(1, 40);
        List<byte[]> chunks = chunks(data);

        assertThat(run(new FixedLengthFramer(length), Buffer.class, chunks, length))
                .isEqualTo(fixed(join(chunks), length));
    }

    @FuzzTest(maxDuration = "2m")
    void lengthPrefix(FuzzedDataProvider data) {
        int size = 1 << data.consumeInt(0, 3);
        ByteOrder order = data.consumeBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        int max = data.consumeInt(0, 300);
        List<byte[]> chunks = chunks(data);

        LengthPrefixFramer framer = new LengthPrefixFramer(new LengthPrefix(size, order), max);
        assertThat(run(framer, Buffer.class, chunks, max + size))
                .isEqualTo(prefixed(join(chunks), size, order.equals(ByteOrder.LITTLE_ENDIAN), max));
    }

    @FuzzTest(maxDuration = "2m")
    void delimiter(FuzzedDataProvider data) {
        int max = data.consumeInt(0, 40);
        byte[] given = data.consumeBytes(data.consumeInt(1, 6));
        byte[] delimiter = given.length == 0 ? new byte[] {'a', 'a', 'b'} : given;
        List<byte[]> chunks = chunks(data);

        DelimiterFramer framer = new DelimiterFramer(Buffer.buffer(delimiter), max);
        assertThat(run(framer, Buffer.class, chunks, max + delimiter.length))
                .isEqualTo(delimited(join(chunks), delimiter, max));
    }

    // ---- the framer

    private static List<byte[]> chunks(FuzzedDataProvider data) {
        List<byte[]> chunks = new ArrayList<>();
        while (data.remainingBytes() > 0) {
            chunks.add(data.consumeBytes(data.consumeInt(0, 64)));
        }
        return chunks;
    }

    private static byte[] join(List<byte[]> chunks) {
        Buffer all = Buffer.buffer();
        chunks.forEach(all::appendBytes);
        return all.getBytes();
    }

    /** With a receiver that takes one frame at a time. */
    private static <T> Decoded<T> run(Framer<T> framer, Class<T> type, List<byte[]> chunks, int mostKept) {
        ComponentRig rig = ComponentRig.of(framer).bound("outbox", 1);
        List<T> frames = new ArrayList<>();
        for (byte[] chunk : chunks) {
            if (!rig.hasEnded()) {
                rig.send("inbox", Buffer.buffer(chunk));
                takeAll(rig, type, frames);
                assertThat(framer.kept()).isLessThanOrEqualTo(mostKept);
            }
        }
        if (!rig.hasEnded()) {
            rig.send("control", new ProducerFinished());
            takeAll(rig, type, frames);
        }
        assertThat(rig.hasEnded()).isTrue();
        assertThat(rig.events()).isEmpty();
        ProducerFinished farewell = (ProducerFinished) rig.takeSignals().get(0);
        return new Decoded<>(frames, (String) farewell.reason());
    }

    private static <T> void takeAll(ComponentRig rig, Class<T> type, List<T> frames) {
        List<T> taken = rig.run().take("outbox", type);
        while (!taken.isEmpty()) {
            assertThat(taken).hasSize(1);
            frames.addAll(taken);
            taken = rig.run().take("outbox", type);
        }
    }

    // ---- the plain way

    private static Decoded<String> linesOf(byte[] all, int max) {
        String bytes = new String(all, StandardCharsets.ISO_8859_1);
        List<String> lines = new ArrayList<>();
        if (bytes.isEmpty()) {
            return new Decoded<>(lines, null);
        }
        List<String> parts = new ArrayList<>(List.of(bytes.split("\n", -1)));
        if (parts.get(parts.size() - 1).isEmpty()) {
            parts.remove(parts.size() - 1);
        }
        for (String part : parts) {
            String line = part.endsWith("\r") ? part.substring(0, part.length() - 1) : part;
            if (line.length() > max) {
                return new Decoded<>(lines, "a line longer than " + max + " bytes");
            }
            lines.add(new String(line.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
        }
        return new Decoded<>(lines, null);
    }

    private static Decoded<Buffer> fixed(byte[] all, int length) {
        List<Buffer> frames = new ArrayList<>();
        for (int at = 0; at + length <= all.length; at += length) {
            frames.add(Buffer.buffer(Arrays.copyOfRange(all, at, at + length)));
        }
        return new Decoded<>(frames, all.length % length == 0 ? null : WITHIN);
    }

    private static Decoded<Buffer> prefixed(byte[] all, int size, boolean reversed, int max) {
        List<Buffer> frames = new ArrayList<>();
        int at = 0;
        while (at + size <= all.length) {
            byte[] number = Arrays.copyOfRange(all, at, at + size);
            for (int i = 0; reversed && i < size / 2; i++) {
                byte swapped = number[i];
                number[i] = number[size - 1 - i];
                number[size - 1 - i] = swapped;
            }
            BigInteger length = new BigInteger(1, number);
            if (length.compareTo(BigInteger.valueOf(max)) > 0) {
                return new Decoded<>(frames, "a frame longer than " + max + " bytes");
            }
            int end = at + size + length.intValueExact();
            if (end > all.length) {
                break;
            }
            frames.add(Buffer.buffer(Arrays.copyOfRange(all, at + size, end)));
            at = end;
        }
        return new Decoded<>(frames, at == all.length ? null : WITHIN);
    }

    private static Decoded<Buffer> delimited(byte[] all, byte[] delimiter, int max) {
        String bytes = new String(all, StandardCharsets.ISO_8859_1);
        String mark = new String(delimiter, StandardCharsets.ISO_8859_1);
        List<Buffer> frames = new ArrayList<>();
        int at = 0;
        while (true) {
            int end = bytes.indexOf(mark, at);
            if (end < 0 ? all.length - at >= max + delimiter.length : end - at > max) {
                return new Decoded<>(frames, "a frame longer than " + max + " bytes");
            }
            if (end < 0) {
                return new Decoded<>(frames, at == all.length ? null : WITHIN);
            }
            frames.add(Buffer.buffer(Arrays.copyOfRange(all, at, end)));
            at = end + delimiter.length;
        }
    }
}
