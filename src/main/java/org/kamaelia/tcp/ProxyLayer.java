package org.kamaelia.tcp;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolException;
import io.netty.util.NetUtil;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether a connection's first bytes are a PROXY header. One that is goes to Netty's decoder; all other bytes, and
 * those behind a header, go on untouched. It leaves the pipeline as soon as it knows. On the event loop.
 */
final class ProxyLayer extends ByteToMessageDecoder {
    private static final String CODEC = "io.netty.handler.codec.haproxy.HAProxyMessageDecoder";

    private static final byte[] TEXT = "PROXY ".getBytes(US_ASCII);
    private static final byte[] BINARY = {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10};

    private final boolean needed;
    private final boolean trusted;
    private final Runnable told;
    private @Nullable ProxyHeader header;

    /**
     * Looks for a header.
     *
     * @param needed whether there must be one
     * @param trusted whether the peer may send one
     * @param told called once, when {@link #header} is there
     */
    ProxyLayer(boolean needed, boolean trusted, Runnable told) {
        this.needed = needed;
        this.trusted = trusted;
        this.told = told;
    }

    /** What became of it; null while that is open. */
    @Nullable
    ProxyHeader header() {
        return header;
    }

    private void settle(ProxyHeader found) {
        if (header == null) {
            header = found;
            told.run();
        }
    }

    // ---- the first bytes

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (agrees(in, TEXT) || agrees(in, BINARY)) {
            int first = in.getByte(in.readerIndex());
            if (in.readableBytes() >= (first == TEXT[0] ? TEXT : BINARY).length) {
                begins(context);
            }
        } else {
            none(context);
        }
    }

    /** As far as the bytes have come. */
    private static boolean agrees(ByteBuf in, byte[] signature) {
        int length = Math.min(in.readableBytes(), signature.length);
        for (int i = 0; i < length; i++) {
            if (in.getByte(in.readerIndex() + i) != signature[i]) {
                return false;
            }
        }
        return true;
    }

    private void begins(ChannelHandlerContext context) {
        if (trusted) {
            context.pipeline().addAfter(context.name(), "kamaelia-proxy-header", Codec.decoder());
        } else {
            settle(ProxyHeader.problem("the peer sent a PROXY header and is none of proxyProtocol's trusted"));
        }
        // What it holds goes to whoever follows.
        context.pipeline().remove(this);
    }

    private void none(ChannelHandlerContext context) {
        settle(needed ? ProxyHeader.problem("the peer's first bytes are no PROXY header") : ProxyHeader.OWN);
        context.pipeline().remove(this);
    }

    /** The peer's end has come while its bytes could still have become a header. */
    @Override
    protected void decodeLast(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (needed) {
            wentAway();
        } else {
            none(context);
        }
    }

    // ---- what the socket hears

    /** What Netty's decoder made of a header. */
    void received(Object message) {
        settle(Codec.read(message));
    }

    /** No more bytes will come. */
    void wentAway() {
        settle(ProxyHeader.problem("the peer went away before its PROXY header was whole"));
    }

    void failed(Throwable cause) {
        if (header == null) {
            settle(ProxyHeader.problem(
                    Codec.isRefusal(cause)
                            ? "the PROXY header is wrong: " + TlsLayer.reason(cause)
                            : TlsLayer.reason(cause)));
        }
    }

    // ---- Netty's decoder

    /**
     * Asks for Netty's decoder, which is an optional dependency.
     *
     * @throws InvalidOptions if the class path lacks it
     */
    static void requireCodec() {
        try {
            Class.forName(CODEC, false, ProxyLayer.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError missing) {
            throw new InvalidOptions(
                    "/proxyProtocol",
                    "proxyProtocol needs Netty's decoder, which is not on the class path: add io.netty:netty-codec-haproxy,"
                            + " or use mode off");
        }
    }

    /** Loaded only where a header comes. */
    private static final class Codec {
        /** A header of version 2 may carry as much beside its addresses. */
        private static final int MOST_EXTENSIONS = 4 * 1024;

        static ChannelHandler decoder() {
            return new HAProxyMessageDecoder(MOST_EXTENSIONS);
        }

        static boolean isRefusal(Throwable cause) {
            return cause instanceof HAProxyProtocolException;
        }

        static ProxyHeader read(Object received) {
            if (!(received instanceof HAProxyMessage message)
                    || message.command() == HAProxyCommand.LOCAL
                    || message.sourceAddress() == null) {
                return ProxyHeader.OWN;
            }
            return switch (message.proxiedProtocol().addressFamily()) {
                case AF_IPv4, AF_IPv6 ->
                    ProxyHeader.of(SocketAddress.inetSocketAddress(new InetSocketAddress(
                            NetUtil.createInetAddressFromIpAddressString(message.sourceAddress()),
                            message.sourcePort())));
                case AF_UNIX -> unix(message.sourceAddress());
                case AF_UNSPEC -> ProxyHeader.OWN;
            };
        }

        /** A client of a UNIX domain socket mostly has no name. */
        private static ProxyHeader unix(String path) {
            // It goes into lines of logs.
            String shown = path.replaceAll("[^ -~]", "?");
            return shown.isBlank() ? ProxyHeader.OWN : ProxyHeader.of(SocketAddress.domainSocketAddress(shown));
        }
    }
}
