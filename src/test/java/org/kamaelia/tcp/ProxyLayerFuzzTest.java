package org.kamaelia.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/**
 * Any first bytes of a connection, cut anywhere, come to one end, the same as if they came at once, and nothing of them is
 * lost or kept. {@code JAZZER_FUZZ=1 mvn test-compile surefire:test@fuzz -Dtest=ProxyLayerFuzzTest} looks for two minutes for
 * bytes for which that is not so; without {@code JAZZER_FUZZ} those in {@code ProxyLayerFuzzTestInputs} are tried.
 */
@Tag("fuzz")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ProxyLayerFuzzTest {

    /** The socket's place in the pipeline: it hears as a {@link StreamSocket} does. */
    private static final class Behind extends ChannelInboundHandlerAdapter {
        final ProxyLayer layer;
        final Buffer payload = Buffer.buffer();
        int told;

        Behind(boolean needed, boolean trusted) {
            layer = new ProxyLayer(needed, trusted, () -> told++);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof ByteBuf bytes) {
                byte[] copy = new byte[bytes.readableBytes()];
                bytes.readBytes(copy);
                payload.appendBytes(copy);
            } else {
                layer.received(message);
            }
            ReferenceCountUtil.release(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            layer.wentAway();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            layer.failed(cause);
        }
    }

    /** What became of a header, and of the bytes behind it if somebody is served. */
    private record Outcome(boolean served, Object source, Buffer payload) {}

    @FuzzTest(maxDuration = "2m")
    void firstBytes(FuzzedDataProvider data) {
        boolean needed = data.consumeBoolean();
        boolean trusted = data.consumeBoolean();
        int cut = data.consumeInt(1, 64);
        byte[] bytes = data.consumeRemainingAsBytes();

        assertThat(outcome(needed, trusted, bytes, cut)).isEqualTo(outcome(needed, trusted, bytes, bytes.length));
    }

    private static Outcome outcome(boolean needed, boolean trusted, byte[] bytes, int cut) {
        Behind behind = new Behind(needed, trusted);
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.pipeline().addLast("kamaelia-proxy", behind.layer).addLast("kamaelia", behind);
        List<ByteBuf> chunks = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += cut) {
            ByteBuf chunk =
                    Unpooled.directBuffer().writeBytes(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + cut)));
            chunks.add(chunk);
            channel.writeInbound(chunk);
            if (isRefused(behind)) {
                break;
            }
        }
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        channel.finishAndReleaseAll();
        assertThat(chunks).allSatisfy(chunk -> assertThat(chunk.refCnt()).isZero());
        ProxyHeader header = behind.layer.header();
        assertThat(header).isNotNull();
        assertThat(behind.told).isEqualTo(1);
        boolean served = header.problem() == null;
        return new Outcome(served, header.source(), served ? behind.payload : null);
    }

    /** Then the socket closes it. */
    private static boolean isRefused(Behind behind) {
        ProxyHeader header = behind.layer.header();
        return header != null && header.problem() != null;
    }
}
