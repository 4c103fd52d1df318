package org.kamaelia.tcp;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import java.time.Duration;

/**
 * What the kernel knows of a connection and no event tells. Only epoll lets it be asked; of other
 * transports nothing is known. On the event loop.
 */
final class KernelView {
    /** The kernel's {@code TCP_CLOSE}. */
    private static final int CLOSED = 7;

    private static final boolean EPOLL = isEpollOnClassPath();

    private KernelView() {}

    private static boolean isEpollOnClassPath() {
        try {
            Class.forName("io.netty.channel.epoll.EpollSocketChannel", false, KernelView.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError none) {
            return false;
        }
    }

    /** True where the connection can be asked about. */
    static boolean isKnown(Channel channel) {
        return EPOLL && channel instanceof EpollSocketChannel;
    }

    /** True if the peer has broken off an open channel's connection, seen or unseen. */
    static boolean isReset(Channel channel) {
        return isKnown(channel) && channel.isOpen() && info(channel).state() == CLOSED;
    }

    /** True if the peer has let new bytes leave for it within a time. */
    static boolean hasSentWithin(Channel channel, Duration time) {
        if (!isKnown(channel) || !channel.isOpen()) {
            return false;
        }
        EpollTcpInfo info = info(channel);
        // What is sent again is nothing new.
        return info.retransmits() == 0 && info.lastDataSent() < time.toMillis();
    }

    private static EpollTcpInfo info(Channel channel) {
        return ((EpollSocketChannel) channel).tcpInfo();
    }
}
