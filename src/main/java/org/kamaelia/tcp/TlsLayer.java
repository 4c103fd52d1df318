package org.kamaelia.tcp;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandler;
import java.nio.channels.ClosedChannelException;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import org.jspecify.annotations.Nullable;

/**
 * What TLS beneath a {@link StreamSocket} is about: whether it is agreed on, what the peer said of its end,
 * how much that was sealed has not left. On the event loop.
 */
final class TlsLayer {
    private static final int LONGEST_REASON = 200;

    private final Channel channel;
    private @Nullable Consumer<@Nullable Throwable> agreed;
    private boolean peerSaidGoodbye;
    private boolean cutOff;

    /** Bytes, as they were before they were sealed, that have not left the process. */
    private long sealed;

    private @Nullable TlsFacts facts;

    /**
     * From here on what goes through the channel is TLS.
     *
     * @param handler speaks it
     * @param agreed told once, when the handshake is over: null, or why it failed
     */
    TlsLayer(Channel channel, ChannelHandler handler, Consumer<@Nullable Throwable> agreed) {
        this.channel = channel;
        this.agreed = agreed;
        channel.pipeline().addFirst("ssl", handler);
    }

    /** What goes through the channel is TLS already. */
    TlsLayer(Channel channel, SslHandler agreedOn) {
        this.channel = channel;
        this.facts = TlsFacts.of(agreedOn.engine().getSession());
    }

    /** The handshake is over. */
    void handshakeOver(@Nullable Throwable cause) {
        Consumer<@Nullable Throwable> told = agreed;
        if (told != null) {
            agreed = null;
            SslHandler handler = channel.pipeline().get(SslHandler.class);
            if (cause == null && handler != null) {
                facts = TlsFacts.of(handler.engine().getSession());
            }
            told.accept(cause);
        }
    }

    /** The peer has begun another handshake, which only TLS 1.2 knows and which costs this side much more than the peer. */
    boolean isNegotiatedAnew() {
        TlsFacts now = facts;
        if (now == null || !now.version().equals("TLSv1.2")) {
            return false;
        }
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        return handler != null
                && handler.engine().getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP
                && !handler.engine().isOutboundDone();
    }

    /** The peer has sent its close_notify. */
    void peerSaysGoodbye() {
        peerSaidGoodbye = true;
    }

    /** The peer's FIN has come. */
    void peerEnds() {
        cutOff = !peerSaidGoodbye;
        handshakeOver(new ClosedChannelException());
    }

    /** Counts bytes as not sent until they are. */
    ChannelPromise sealing(ChannelHandlerContext context, int bytes) {
        sealed += bytes;
        return context.newPromise().addListener(left -> {
            if (left.isSuccess()) {
                sealed -= bytes;
            }
        });
    }

    long sealed() {
        return sealed;
    }

    /** The peer has ended its sending without a close_notify: more may have been meant to come. */
    boolean isCutOff() {
        return cutOff;
    }

    /** What was agreed on; null before. */
    @Nullable
    TlsFacts facts() {
        return facts;
    }

    /** What a failed handshake failed by, in words for an operator. */
    static String reason(Throwable failure) {
        if (failure instanceof NotSslRecordException) {
            return "the peer does not speak TLS";
        }
        if (failure instanceof ClosedChannelException) {
            return "the peer went away during the handshake";
        }
        String text = String.valueOf(failure.getMessage());
        return text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON) + "...";
    }
}
