package org.kamaelia.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetSocketAddress;

/** Plain Netty: buffers written back as they were read, one flush at the end of each read, as Vert.x does it too. */
final class RawNettyEcho implements EchoServer {

    private static final int BACKLOG = 1024;

    @Override
    public Listening listen(Duty duty) throws InterruptedException {
        boolean epoll = Epoll.isAvailable();
        Class<? extends ServerChannel> channel = epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        InetSocketAddress bound = (InetSocketAddress) new ServerBootstrap()
                .group(new MultiThreadIoEventLoopGroup(
                        duty.eventLoops(), epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory()))
                .channel(channel)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new Echo())
                .bind(HOST, 0)
                .sync()
                .channel()
                .localAddress();
        return new Listening(bound.getPort(), epoll ? "epoll" : "nio");
    }

    /** The void promise hands a failed write to exceptionCaught; of a close there is nothing more to know. */
    @Sharable
    @SuppressWarnings("FutureReturnValueIgnored")
    private static final class Echo extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.write(message, context.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
