package org.kamaelia.tcp;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Puts a listener's options on an accepted socket, as far as Vert.x has not done that. On the event loop. */
final class SocketTuning {
    private SocketTuning() {}

    static void apply(Channel channel, ListenerOptions options) {
        set(channel, ChannelOption.SO_RCVBUF, options.receiveBuffer());
        set(channel, ChannelOption.SO_SNDBUF, options.sendBuffer());
        if (KernelView.isKnown(channel)) {
            Epoll.apply(channel, options);
        }
    }

    /** Loaded only where there is epoll. */
    private static final class Epoll {
        static void apply(Channel channel, ListenerOptions options) {
            set(channel, EpollChannelOption.TCP_KEEPIDLE, seconds(options.keepAliveIdle()));
            set(channel, EpollChannelOption.TCP_KEEPINTVL, seconds(options.keepAliveInterval()));
            set(channel, EpollChannelOption.TCP_KEEPCNT, options.keepAliveCount());
            Duration userTimeout = options.tcpUserTimeout();
            set(
                    channel,
                    EpollChannelOption.TCP_USER_TIMEOUT,
                    userTimeout == null ? null : (int) userTimeout.toMillis());
        }

        private static @Nullable Integer seconds(@Nullable Duration duration) {
            return duration == null ? null : (int) duration.toSeconds();
        }
    }

    private static <T> void set(Channel channel, ChannelOption<T> option, @Nullable T value) {
        if (value != null) {
            channel.config().setOption(option, value);
        }
    }
}
