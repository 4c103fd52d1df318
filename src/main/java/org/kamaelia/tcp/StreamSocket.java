package org.kamaelia.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.MaxMessagesRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Component;
import org.kamaelia.component.Inbox;

/**
 * A connected socket as components see it: read what has come, write what goes, learn when either is
 * possible. Non-blocking like a descriptor, where Vert.x's {@code NetSocket} pushes.
 *
 * <p>It is a handler in the socket's Netty pipeline, in the place of Vert.x's own: the peer's half-close,
 * reads on demand and one flush per cycle have no API above. Vert.x's server made the channel and still closes it
 * with all others. Confined to the event loop, which is the scheduler's thread.
 *
 * <p>Here it gets Netty's own buffers, as {@code NetSocketInternal.messageHandler} would hand them on. What comes is copied
 * out of them once, into an unpooled buffer, and they are released at once: what components pass along, keep, or drop with a
 * full box is then plain memory, and none of it can leak. Vert.x copies once too. What goes is copied once for the system
 * call, all that a cycle wrote together. Both use the event loop's own {@link LoopBuffer}s rather than Netty's pool: a read
 * is copied before the next begins, and a write has mostly left when it returns. Tests run with leak detection at PARANOID.
 *
 * <p>Memory: unread input stays below {@code receiveBound} plus one read, except that epoll, once it has
 * seen the peer's FIN, reads what the kernel still has; gathered and unsent output below {@code sendBound}
 * plus one buffer, and up to a page or as much again where the peer took a part.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails on the channel comes to exceptionCaught and channelInactive
public final class StreamSocket extends ChannelInboundHandlerAdapter implements SelectorRequest.Selectable {
    /** Buffers of a cycle up to this size are copied into one; larger ones are written as they are. */
    private static final int MERGED_SIZE = 16 * 1024;

    /**
     * From so many unread bytes on components run within the read, while the bytes are in the processor's
     * cache and before the next read adds to them; less is handed on at the end of the loop's tick, all
     * connections together.
     */
    private static final int HANDED_ON_AT_ONCE = 8 * 1024;

    /** Of full loop buffers one connection may write before the others get their turn; what is left goes as it is. */
    private static final int WRITES_PER_TURN = 16;

    /** In the channel's pipeline. */
    private static final String NAME = "kamaelia";

    /** What a buffer costs beside its bytes, so that many tiny ones cannot hold much memory unseen. */
    private static final int SMALLEST = 128;

    private final Selector selector;
    private final TcpServer.Totals totals;
    private final Channel channel;
    private final int receiveBound;
    private final int sendBound;
    private final Reads reads;
    private final Runnable flush = this::flush;
    private @Nullable ChannelHandlerContext context;

    // Input.
    private @Nullable Buffer unread;
    private @Nullable ArrayDeque<Buffer> moreUnread;
    private int unreadBytes;
    private int unreadBuffers;
    private boolean inputEnded;
    private boolean peerEnded;
    private boolean discarding;
    private @Nullable Inbox<Ready> reader;

    // Output.
    private @Nullable Buffer gathered;
    private @Nullable ArrayDeque<Buffer> moreGathered;
    private int gatheredBytes;
    private int gatheredBuffers;
    private boolean flushing;
    private @Nullable Inbox<Ready> writer;

    private @Nullable Component adapter;
    private @Nullable TimeLimits limits;
    private @Nullable TlsLayer tls;

    /** This side closes it. */
    private boolean closing;

    private boolean closed;
    private long origin;

    /** Looks for a PROXY header; null where none can come. */
    private @Nullable ProxyLayer proxy;

    /** The client's address as a proxy told it; null if the peer speaks for itself. */
    private @Nullable SocketAddress toldAddress;

    /** Both ends of a UNIX domain socket, of which not every transport tells; null for TCP. */
    private final @Nullable SocketAddress unixAddress;

    private @Nullable Throwable failure;
    private long bytesIn;
    private long bytesWritten;

    /** Of those that have left, what the listener's count has. */
    private long bytesTold;

    /** Told once what is queued has left. */
    private boolean watching;

    /** What the channel had not sent at the last look while it was open. */
    private long unsent;

    /** What it was never given, or lost by closing. */
    private long neverSent;

    private StreamSocket(Selector selector, NetSocketInternal socket, ListenPort port, TcpServer.Totals totals) {
        ListenerOptions options = port.options();
        this.unixAddress = options.path() == null ? null : SocketAddress.domainSocketAddress(options.path());
        this.selector = selector;
        this.totals = totals;
        this.channel = socket.channelHandlerContext().channel();
        this.receiveBound = options.receiveBound();
        this.sendBound = options.sendBound();
        this.reads = new Reads(selector.readBuffer(), receiveBound);
    }

    /**
     * Takes over a socket that Vert.x has just connected. On the event loop.
     *
     * @param origin as {@link Admission#origin} tells; 0 while that is not known
     * @param wakenAtClose to wake when the peer has gone, until it serves another
     */
    static StreamSocket adopt(
            Selector selector,
            NetSocketInternal socket,
            ListenPort port,
            long origin,
            TcpServer.Totals totals,
            Component wakenAtClose) {
        StreamSocket adopted = new StreamSocket(selector, socket, port, totals);
        adopted.origin = origin;
        adopted.adapter = wakenAtClose;
        adopted.enter(socket, port.options());
        return adopted;
    }

    private void enter(NetSocketInternal socket, ListenerOptions options) {
        // Once asked Netty remembers it; after the close not every transport knows it.
        channel.localAddress();
        channel.remoteAddress();
        channel.config()
                .setWriteBufferWaterMark(new WriteBufferWaterMark(options.sendBound() / 2, options.sendBound()));
        if (options.halfClose() && channel instanceof DuplexChannel) {
            channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        }
        SocketTuning.apply(channel, options);
        SslHandler agreedOn = channel.pipeline().get(SslHandler.class);
        if (agreedOn != null) {
            tls = new TlsLayer(channel, agreedOn);
        }
        takePlace(socket);
        if (agreedOn == null) {
            channel.config().setRecvByteBufAllocator(reads);
        } else if (channel.config().getRecvByteBufAllocator() instanceof MaxMessagesRecvByteBufAllocator present) {
            // It has read already, and stays with what it reads by.
            present.maxMessagesPerRead(reads.maxMessagesPerRead());
        }
    }

    /**
     * In the place of Vert.x's own handler, with which goes what a {@code NetSocket} keeps for itself, 5 KB of queues mostly:
     * nothing here needs it, and Vert.x's server still knows the channel. Only metrics hear of the connection's end by it;
     * where somebody wants them it stays behind.
     */
    private void takePlace(NetSocketInternal socket) {
        ChannelHandlerContext vertx = socket.channelHandlerContext();
        if (selector.isMeasured()) {
            // Vert.x would close it after its server's grace; here the adapter closes it in its own time.
            socket.shutdownHandler(nothing -> {});
            socket.exceptionHandler(thrown -> {});
            vertx.pipeline().addBefore(vertx.name(), NAME, this);
        } else {
            vertx.pipeline().replace(vertx.name(), NAME, this);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        closed = !channel.isActive();
        inputEnded = closed;
    }

    // ---- what the components ask

    /**
     * Whom it serves.
     *
     * @param wakenAtClose to wake when the channel is gone, whatever it waits for
     * @param told when what was written does not leave
     */
    void adapter(Component wakenAtClose, TimeLimits told) {
        adapter = wakenAtClose;
        limits = told;
    }

    /** The next bytes that have come; null while there are none. */
    @Nullable
    Buffer read() {
        Buffer next = unread;
        if (next == null) {
            return null;
        }
        unreadBytes -= next.length();
        unreadBuffers--;
        unread = moreUnread == null ? null : moreUnread.poll();
        if (unread == null && !inputEnded && !channel.config().isAutoRead()) {
            channel.config().setAutoRead(true);
        }
        return next;
    }

    boolean hasUnread() {
        return unread != null;
    }

    int unreadBytes() {
        return unreadBytes;
    }

    /** True when the peer has ended its sending, or the socket is closed, and all was read. */
    boolean isAtEnd() {
        return inputEnded && unread == null;
    }

    /** Takes no more from the network; what has come stays to be read. */
    void stopReading() {
        if (!inputEnded) {
            inputEnded = true;
            channel.config().setAutoRead(false);
        }
    }

    /** Reads and forgets whatever comes from now on, so that the peer's end is seen. */
    void discardInput() {
        unread = null;
        moreUnread = null;
        unreadBytes = 0;
        unreadBuffers = 0;
        if (!discarding) {
            discarding = true;
            channel.config().setAutoRead(true);
        }
    }

    /** Queues bytes; what one cycle writes leaves together at its end. */
    void write(Buffer bytes) {
        if (closed || bytes.length() == 0) {
            return;
        }
        bytesWritten += bytes.length();
        gatheredBytes += bytes.length();
        gatheredBuffers++;
        if (gathered == null) {
            gathered = bytes;
        } else {
            if (moreGathered == null) {
                moreGathered = new ArrayDeque<>();
            }
            moreGathered.add(bytes);
        }
        if (!flushing) {
            flushing = true;
            selector.scheduler().atCycleEnd(flush);
        }
    }

    /** True while it takes more without exceeding its bound. */
    boolean isWritable() {
        return gatheredBytes + (long) SMALLEST * gatheredBuffers < sendBound && channel.isWritable();
    }

    /** Sends out what is queued, then closes. */
    void flushAndClose() {
        flush();
        ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
        if (pending == null || pending.isEmpty()) {
            closing = true;
            ctx().close();
        } else {
            ctx().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(flushed -> {
                unsentBytes();
                closing = true;
                ctx().close();
            });
        }
    }

    /** Sends out what is queued, then ends the sending side; the peer sees the end of the stream. */
    void shutdownOutput(Runnable done) {
        flush();
        SslHandler sealing = channel.pipeline().get(SslHandler.class);
        ChannelFuture last = sealing == null ? ctx().writeAndFlush(Unpooled.EMPTY_BUFFER) : sealing.closeOutbound();
        last.addListener(flushed -> {
            unsentBytes();
            if (flushed.isSuccess() && channel instanceof DuplexChannel duplex && !closed) {
                duplex.shutdownOutput().addListener(shut -> done.run());
            } else {
                done.run();
            }
        });
    }

    /**
     * Speaks TLS from here on; what was written before still goes out in the clear, and bytes that were not
     * read yet are taken for the peer's handshake.
     *
     * @param handler speaks it
     * @param done told once, on the event loop: null, or why it failed
     */
    void upgradeToTls(ChannelHandler handler, Consumer<@Nullable Throwable> done) {
        if (!isOpen() || peerEnded) {
            done.accept(new ClosedChannelException());
            return;
        }
        flush();
        reads.own();
        tls = new TlsLayer(channel, handler, done);
        readAgain();
    }

    /**
     * Looks for a PROXY header in front of all that has come and will come.
     *
     * @param needed whether there must be one
     * @param trusted whether the peer may send one
     */
    void expectProxyHeader(boolean needed, boolean trusted) {
        ProxyLayer layer = new ProxyLayer(needed, trusted, this::headerIsKnown);
        proxy = layer;
        reads.own();
        if (closed) {
            layer.wentAway();
            return;
        }
        channel.pipeline().addFirst("kamaelia-proxy", layer);
        readAgain();
        if (peerEnded) {
            channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }

    /** What became of the PROXY header; null while that is open. */
    @Nullable
    ProxyHeader proxyHeader() {
        return proxy == null ? ProxyHeader.OWN : proxy.header();
    }

    /** Its client is not the peer but this. */
    void comesFrom(SocketAddress client) {
        toldAddress = client;
    }

    private void headerIsKnown() {
        if (tls == null) {
            reads.into(selector.readBuffer());
        }
        wakeAdapter();
    }

    private void wakeAdapter() {
        if (adapter != null) {
            adapter.wake();
        }
    }

    /** Puts what was not read through the pipeline once more. */
    private void readAgain() {
        List<Buffer> again = new ArrayList<>();
        for (Buffer next = read(); next != null; next = read()) {
            again.add(next);
        }
        for (Buffer next : again) {
            bytesIn -= next.length();
            totals.bytesIn -= next.length();
            channel.pipeline().fireChannelRead(((BufferInternal) next).getByteBuf());
        }
        channel.pipeline().fireChannelReadComplete();
    }

    /** What was agreed on with the peer; null in the clear. */
    @Nullable
    TlsFacts tlsFacts() {
        return tls == null ? null : tls.facts();
    }

    /** The peer's end has come in the middle of TLS: what it sent may have been cut off. */
    boolean isCutOff() {
        return tls != null && tls.isCutOff();
    }

    /** Closes it; what is queued is lost unless it was flushed before. What the system has taken still goes out. */
    void close() {
        if (isOpen()) {
            flush();
            countSent();
            closing = true;
            ctx().close();
        }
    }

    /** Breaks it off: the peer sees a reset. */
    void abort() {
        if (isOpen()) {
            countSent();
            loseGathered();
            if (channel.config().getOptions().containsKey(ChannelOption.SO_LINGER)) {
                channel.config().setOption(ChannelOption.SO_LINGER, 0);
            }
            closeNow();
        }
    }

    /** Without the farewell that TLS would wait to be taken. */
    private void closeNow() {
        closing = true;
        channel.pipeline().firstContext().close();
    }

    boolean isClosed() {
        return closed;
    }

    /** True if the peer will not miss it: it has gone, or ended its side without a word. */
    boolean hasLeft() {
        return closed || (peerEnded && bytesIn == 0);
    }

    /** What it has in common with others, as {@link Admission#origin} tells. */
    void origin(long known) {
        origin = known;
    }

    /** What it has in common with other connections of the same client; 0 while that is not known. */
    long origin() {
        return origin;
    }

    /** False as soon as somebody closes it; that it {@link #isClosed()} is only told later. */
    private boolean isOpen() {
        return !closed && channel.isOpen();
    }

    /** True when the peer has ended its sending or the channel is gone, though bytes may be unread. */
    boolean peerHasEnded() {
        return peerEnded || closed;
    }

    /** True if the system has sent bytes to the peer within a time; false where that is not known. */
    boolean hasSentWithin(Duration time) {
        return !closed && KernelView.hasSentWithin(channel, time);
    }

    /**
     * True where a reset can go unseen: after the peer's FIN epoll tells of it again and again, and Netty
     * drops that as long as nothing is to be written. Nobody hears of it, and the event loop spins.
     */
    boolean canMissReset() {
        return KernelView.isKnown(channel) && isOpen();
    }

    /** Closes the socket if its peer has reset it unseen. */
    void lookForReset() {
        // After this side's end and the peer's the system shows what it shows after a reset.
        boolean ended = channel instanceof DuplexChannel duplex && duplex.isOutputShutdown();
        if (!ended && KernelView.isReset(channel)) {
            exceptionCaught(ctx(), new IOException("Connection reset by peer"));
        }
    }

    /** What broke it; null while nothing did. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    long bytesIn() {
        return bytesIn;
    }

    /** Bytes that have left the process. */
    long bytesOut() {
        return bytesWritten - unsentBytes();
    }

    /** Bytes written here that have not left the process, or never did. */
    long unsentBytes() {
        ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
        if (!closed && pending != null) {
            unsent = tls == null ? bytesIn(pending) : tls.sealed();
        }
        return unsent + gatheredBytes + neverSent;
    }

    /** Adds to the listener's count what has left since; not within a write, whose bytes are in neither place. */
    private void countSent() {
        long sent = bytesOut();
        if (sent > bytesTold) {
            totals.bytesOut += sent - bytesTold;
            bytesTold = sent;
        }
    }

    private static long bytesIn(ChannelOutboundBuffer pending) {
        if (pending.isEmpty()) {
            return 0;
        }
        long[] sum = {0};
        try {
            pending.forEachFlushedMessage(message -> {
                if (message instanceof ByteBuf bytes) {
                    sum[0] += bytes.readableBytes();
                }
                return true;
            });
        } catch (Exception cannotHappen) {
            throw new IllegalStateException(cannotHappen);
        }
        return sum[0];
    }

    /** As Netty has it. */
    java.net.SocketAddress channelAddress() {
        return channel.remoteAddress();
    }

    /** The client's, as its proxy tells it if there is one; null where the system tells none. */
    java.net.@Nullable SocketAddress clientAddress() {
        return toldAddress == null ? channelAddress() : Admission.address(toldAddress);
    }

    ByteBufAllocator allocator() {
        return channel.alloc();
    }

    /** The client's. */
    SocketAddress remoteAddress() {
        return toldAddress == null ? peerAddress() : toldAddress;
    }

    /** The peer's, if it is a proxy that told of another; null if not. */
    @Nullable
    SocketAddress proxyAddress() {
        return toldAddress == null ? null : peerAddress();
    }

    private SocketAddress peerAddress() {
        return address(channel.remoteAddress());
    }

    SocketAddress localAddress() {
        return address(channel.localAddress());
    }

    /** Made anew each time: they are asked for seldom, and a text of each would be kept for every idle connection. */
    private SocketAddress address(java.net.SocketAddress known) {
        return unixAddress == null ? SocketAddress.inetSocketAddress((InetSocketAddress) known) : unixAddress;
    }

    /** {@link #remoteAddress()} in words, for half of what the other costs. */
    String remoteText() {
        return toldAddress == null ? text(channel.remoteAddress()) : toldAddress.toString();
    }

    /** {@link #localAddress()} in words. */
    String localText() {
        return text(channel.localAddress());
    }

    /** {@link #proxyAddress()} in words. */
    @Nullable
    String proxyText() {
        return toldAddress == null ? null : text(channel.remoteAddress());
    }

    private String text(java.net.SocketAddress known) {
        return unixAddress == null && known instanceof InetSocketAddress inet
                ? inet.getHostString() + ':' + inet.getPort()
                : String.valueOf(unixAddress);
    }

    // ---- what the selector asks

    @Override
    public void readInterest(@Nullable Inbox<Ready> inbox) {
        reader = inbox;
        if (unread != null || peerEnded) {
            tellReader();
        }
    }

    @Override
    public void writeInterest(@Nullable Inbox<Ready> inbox) {
        writer = inbox;
        if (isWritable() || closed) {
            tellWriter();
        }
    }

    private void tellReader() {
        Inbox<Ready> to = reader;
        if (to != null) {
            reader = null;
            selector.tellReady(to);
        }
    }

    private void tellWriter() {
        Inbox<Ready> to = writer;
        if (to != null) {
            writer = null;
            selector.tellReady(to);
        }
    }

    // ---- what Netty tells

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf bytes)) {
            if (proxy != null) {
                proxy.received(message);
            }
            ReferenceCountUtil.release(message);
            return;
        }
        int length = bytes.readableBytes();
        bytesIn += length;
        totals.bytesIn += length;
        if (discarding || length == 0) {
            bytes.release();
            return;
        }
        Buffer copy = copy(bytes);
        unreadBytes += length;
        unreadBuffers++;
        if (unread == null) {
            unread = copy;
        } else {
            if (moreUnread == null) {
                moreUnread = new ArrayDeque<>();
            }
            moreUnread.add(copy);
        }
        tellReader();
        if (unreadBytes >= HANDED_ON_AT_ONCE) {
            selector.scheduler().runNow();
        }
        if (unreadBytes + (long) SMALLEST * unreadBuffers >= receiveBound) {
            holdInput();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (tls != null && tls.isNegotiatedAnew()) {
            exceptionCaught(ctx, new SSLException("the peer wanted another TLS handshake, which is refused"));
        }
        ctx.fireChannelReadComplete();
    }

    /** Memory of their own; releases them. */
    private static Buffer copy(ByteBuf bytes) {
        if (bytes.readerIndex() == 0) {
            return BufferInternal.safeBuffer(bytes);
        }
        // A layer took the first of them. Vert.x would keep what is not of Netty's pool as it is, and count from the
        // first.
        Buffer rest = Buffer.buffer(ByteBufUtil.getBytes(bytes));
        bytes.release();
        return rest;
    }

    private void holdInput() {
        if (channel.config().isAutoRead()) {
            channel.config().setAutoRead(false);
        } else {
            // Nobody asked for it: after a reset epoll reads on until the kernel has no more, several MiB.
            lookForReset();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            if (proxy != null) {
                proxy.wentAway();
            }
            if (tls != null) {
                tls.peerEnds();
            }
            endOfInput();
        } else if (tls != null && event instanceof SslHandshakeCompletionEvent handshake) {
            tls.handshakeOver(handshake.cause());
        } else if (tls != null && event instanceof SslCloseCompletionEvent closed) {
            if (closed.isSuccess()) {
                tls.peerSaysGoodbye();
                endOfInput();
            }
        } else if (!(event instanceof ChannelInputShutdownReadComplete)) {
            ctx.fireUserEventTriggered(event);
        }
    }

    private void endOfInput() {
        peerEnded = true;
        inputEnded = true;
        if (reader == null && adapter != null) {
            adapter.wake();
        }
        tellReader();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (tls != null) {
            unsent = tls.sealed();
            if (!closing && failure == null) {
                tls.peerEnds();
            }
            tls.handshakeOver(new ClosedChannelException());
        }
        closed = true;
        if (proxy != null) {
            proxy.wentAway();
        }
        loseGathered();
        countSent();
        endOfInput();
        tellWriter();
        if (adapter != null) {
            adapter.wake();
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        unsentBytes();
        if (isWritable()) {
            tellWriter();
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
        if (proxy != null) {
            proxy.failed(cause);
        }
        unsentBytes();
        closeNow();
    }

    // ---- sending

    private void flush() {
        flushing = false;
        if (gathered == null) {
            return;
        }
        if (!isOpen()) {
            loseGathered();
            return;
        }
        try {
            writeGathered(ctx());
        } catch (RuntimeException | OutOfMemoryError e) {
            // What was written stands before a gap now: nothing may follow it.
            dropGathered();
            exceptionCaught(ctx(), e);
            return;
        }
        countSent();
        if (bytesTold < bytesWritten) {
            if (limits != null) {
                limits.bytesWait();
            }
            watch(ctx());
        }
        if (isWritable()) {
            tellWriter();
        }
    }

    /** Nothing else tells when the last of it has left. */
    private void watch(ChannelHandlerContext ctx) {
        if (!watching) {
            watching = true;
            ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(left -> {
                watching = false;
                countSent();
                if (bytesTold < bytesWritten && isOpen()) {
                    watch(ctx);
                }
            });
        }
    }

    private void writeGathered(ChannelHandlerContext ctx) {
        if (tls == null) {
            for (int i = 0; i < WRITES_PER_TURN && gathered != null && isDrained(); i++) {
                writeFromLoopBuffer(ctx);
            }
        }
        Queue<Buffer> more = moreGathered;
        if (gathered == null) {
            dropGathered();
        } else if (!isOpen()) {
            loseGathered();
        } else if (more == null || more.isEmpty()) {
            ByteBuf only = ((BufferInternal) Objects.requireNonNull(gathered)).getByteBuf();
            dropGathered();
            ctx.writeAndFlush(only, written(ctx, only));
        } else {
            writeMerged(ctx, more);
            gathered = null;
            gatheredBytes = 0;
            gatheredBuffers = 0;
            ctx.flush();
        }
    }

    /** The system has taken all so far. */
    private boolean isDrained() {
        ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
        return pending != null && pending.isEmpty();
    }

    /** Gives the system as much as fits into the loop's own buffer. */
    private void writeFromLoopBuffer(ChannelHandlerContext ctx) {
        ByteBuf out = selector.writeBuffer(Math.max(1, gatheredBytes)).take(ctx.alloc());
        try {
            moveGathered(out);
        } catch (RuntimeException | Error e) {
            out.release();
            throw e;
        }
        int length = out.readableBytes();
        unsent = 0;
        ctx.writeAndFlush(out, ctx.voidPromise());
        if (!isOpen()) {
            neverSent += length;
        }
    }

    private void moveGathered(ByteBuf out) {
        for (Buffer next = gathered; next != null && out.isWritable(); next = gathered) {
            ByteBuf bytes = ((BufferInternal) next).getByteBuf();
            int fits = Math.min(bytes.readableBytes(), out.writableBytes());
            out.writeBytes(bytes, bytes.readerIndex(), fits);
            gatheredBytes -= fits;
            if (fits < bytes.readableBytes()) {
                gathered = next.slice(fits, next.length());
            } else {
                gathered = moreGathered == null ? null : moreGathered.poll();
                gatheredBuffers--;
            }
        }
    }

    /** Small buffers are copied into one; a large one is written as it is. */
    private void writeMerged(ChannelHandlerContext ctx, Queue<Buffer> more) {
        ByteBuf merged = null;
        try {
            for (Buffer each = gathered; each != null; each = more.poll()) {
                ByteBuf next = ((BufferInternal) each).getByteBuf();
                boolean large = next.readableBytes() > MERGED_SIZE;
                if (merged != null && (large || merged.readableBytes() >= 2 * MERGED_SIZE)) {
                    ByteBuf ready = merged;
                    merged = null;
                    ctx.write(ready, written(ctx, ready));
                }
                if (large) {
                    ctx.write(next, written(ctx, next));
                } else {
                    if (merged == null) {
                        merged = ctx.alloc().directBuffer(Math.max(SMALLEST, Math.min(gatheredBytes, 2 * MERGED_SIZE)));
                    }
                    merged.writeBytes(next, next.readerIndex(), next.readableBytes());
                }
            }
            if (merged != null) {
                ByteBuf last = merged;
                merged = null;
                ctx.write(last, written(ctx, last));
            }
        } finally {
            ReferenceCountUtil.release(merged);
        }
    }

    private ChannelPromise written(ChannelHandlerContext ctx, ByteBuf bytes) {
        TlsLayer sealing = tls;
        return sealing == null ? ctx.voidPromise() : sealing.sealing(ctx, bytes.readableBytes());
    }

    private void loseGathered() {
        neverSent += gatheredBytes;
        dropGathered();
    }

    private void dropGathered() {
        gathered = null;
        if (moreGathered != null) {
            moreGathered.clear();
        }
        gatheredBytes = 0;
        gatheredBuffers = 0;
    }

    private ChannelHandlerContext ctx() {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            throw new IllegalStateException("the socket has left its pipeline");
        }
        return ctx;
    }
}
