package org.kamaelia.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kamaelia.OpenSsl;

/**
 * Whatever somebody sends first to a port that speaks TLS, cut anywhere: the handshake fails once, for a reason that names TLS,
 * nothing goes on to the handler, and nothing of it is kept. {@code JAZZER_FUZZ=1 mvn test-compile surefire:test@fuzz
 * -Dtest=TlsFirstBytesFuzzTest} looks for two minutes for bytes for which that is not so; without {@code JAZZER_FUZZ} those in
 * {@code TlsFirstBytesFuzzTestInputs} are tried.
 */
@Tag("fuzz")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class TlsFirstBytesFuzzTest {
    @TempDir
    static Path folder;

    private static Vertx vertx;
    private static Certificates certificates;
    private static ServerTls tls;

    /** The socket's place in the pipeline. */
    private static final class Behind extends ChannelInboundHandlerAdapter {
        final List<Throwable> failures = new ArrayList<>();
        int handshakes;
        boolean passed;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            passed = true;
            ReferenceCountUtil.release(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent over) {
                handshakes++;
                failures.add(over.cause());
            }
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // as StreamSocket
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            failures.add(cause instanceof DecoderException ? cause.getCause() : cause);
            ctx.close();
        }
    }

    @BeforeAll
    static void makeCertificate() throws Exception {
        vertx = Vertx.vertx();
        OpenSsl openSsl = new OpenSsl(folder).selfSigned("server", "/CN=localhost", "localhost");
        certificates = Certificates.load(vertx, Map.of("server", openSsl.pem("server")), event -> {})
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        tls = new ServerTls(certificates, TlsOptions.of("server"));
    }

    @AfterAll
    static void close() throws Exception {
        certificates.stop();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @FuzzTest(maxDuration = "2m")
    void firstBytes(FuzzedDataProvider data) {
        int cut = data.consumeInt(1, 512);
        byte[] bytes = data.consumeRemainingAsBytes();
        Behind behind = new Behind();
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.pipeline().addLast(tls.newHandler(channel.alloc()), behind);

        List<ByteBuf> chunks = new ArrayList<>();
        for (int at = 0; at < bytes.length && channel.isOpen(); at += cut) {
            ByteBuf chunk =
                    Unpooled.directBuffer().writeBytes(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + cut)));
            chunks.add(chunk);
            channel.writeInbound(chunk);
        }
        channel.finishAndReleaseAll();

        assertThat(behind.passed).isFalse();
        assertThat(behind.handshakes).isEqualTo(1);
        assertThat(behind.failures)
                .isNotEmpty()
                .allMatch(each -> each instanceof IOException, "of TLS, or of the connection");
        assertThat(chunks).allSatisfy(chunk -> assertThat(chunk.refCnt()).isZero());
    }
}
