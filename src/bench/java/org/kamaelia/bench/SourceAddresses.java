package org.kamaelia.bench;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;

/**
 * Where the load client's short connections come from: many loopback addresses, port after port.
 *
 * <p>A port stays taken for a minute after its connection, so from one address the ports would be used up in two seconds,
 * and long before that the kernel's search for a free one would be most of what is measured. Addresses and ports are
 * handed out in turn, across all rounds, so that none comes again within the minute.
 */
final class SourceAddresses {

    private static final int ADDRESSES = 120;
    private static final int FIRST_PORT = 20_000;
    private static final int LAST_PORT = 60_000;
    private static final int ATTEMPTS = 1_000;

    private final boolean usable;
    private int address;
    private int port = FIRST_PORT;

    private SourceAddresses(boolean usable) {
        this.usable = usable;
    }

    /** On systems that know 127.0.0.1 only, the kernel chooses, and the run should be a short one. */
    static SourceAddresses probe() {
        try (SocketChannel channel = SocketChannel.open()) {
            channel.bind(new InetSocketAddress(host(0), 0));
            return new SourceAddresses(true);
        } catch (IOException unknownAddress) {
            return new SourceAddresses(false);
        }
    }

    void bind(SocketChannel channel) throws IOException {
        if (!usable) {
            return;
        }
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        for (int attempt = 1; ; attempt++) {
            try {
                channel.bind(next());
                return;
            } catch (BindException taken) {
                if (attempt == ATTEMPTS) {
                    throw taken;
                }
            }
        }
    }

    private InetSocketAddress next() throws UnknownHostException {
        address++;
        if (address == ADDRESSES) {
            address = 0;
            port = port == LAST_PORT ? FIRST_PORT : port + 1;
        }
        return new InetSocketAddress(host(address), port);
    }

    /** 127.0.1.1 and so on. */
    private static InetAddress host(int number) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {127, 0, 1, (byte) (number + 1)});
    }
}
