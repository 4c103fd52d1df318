package org.kamaelia.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * Connections that come and go: each connects, has one frame echoed, shuts its output down, waits for the server to
 * close too, and makes room for the next. So the server's whole work for a connection is counted, the end of it included.
 *
 * @param atOnce how many are at some point of that at a time
 */
record ConnectLoad(int atOnce, int frameBytes) implements Load {

    private static final SourceAddresses SOURCES = SourceAddresses.probe();

    @Override
    public void run(InetSocketAddress server, Meter meter) throws IOException {
        try (Selector selector = Selector.open()) {
            Crowd crowd = new Crowd(server, selector, meter);
            try {
                for (int visit = 0; visit < atOnce; visit++) {
                    crowd.next();
                }
                meter.drive(selector, ConnectLoad::ready);
                crowd.stopping = true;
                meter.drain(selector, ConnectLoad::ready, () -> crowd.open == 0);
            } finally {
                for (SelectionKey key : selector.keys()) {
                    key.channel().close();
                }
            }
        }
    }

    private static void ready(SelectionKey key) {
        ((Visit) key.attachment()).ready(key);
    }

    /** All the connections that are open now. */
    private final class Crowd {

        final InetSocketAddress server;
        final Selector selector;
        final Meter meter;
        final ByteBuffer received = ByteBuffer.allocateDirect(2 * frameBytes);
        int open;
        boolean stopping;
        private int number;

        Crowd(InetSocketAddress server, Selector selector, Meter meter) {
            this.server = server;
            this.selector = selector;
            this.meter = meter;
        }

        void next() throws IOException {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.INET);
            open++;
            new Visit(this, number++, channel).begin();
        }

        void ended() throws IOException {
            open--;
            if (!stopping) {
                next();
            }
        }
    }

    /** One connection. */
    private final class Visit {

        private final Crowd crowd;
        private final SocketChannel channel;
        private final Pattern frame;
        private final long startedAt = System.nanoTime();
        private int missing = frameBytes;

        Visit(Crowd crowd, int number, SocketChannel channel) {
            this.crowd = crowd;
            this.channel = channel;
            this.frame = new Pattern(number);
        }

        void begin() {
            try {
                channel.configureBlocking(false);
                SOURCES.bind(channel);
                boolean connected = channel.connect(crowd.server);
                SelectionKey key = channel.register(
                        crowd.selector, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
                if (connected) {
                    ask(key);
                }
            } catch (IOException broken) {
                fail(broken.toString());
            }
        }

        void ready(SelectionKey key) {
            try {
                if (key.isConnectable()) {
                    channel.finishConnect();
                    ask(key);
                } else {
                    read();
                }
            } catch (IOException broken) {
                fail(broken.toString());
            }
        }

        private void ask(SelectionKey key) throws IOException {
            if (channel.write(frame.next(frameBytes)) < frameBytes) {
                throw new IOException("a new connection did not take " + frameBytes + " bytes");
            }
            key.interestOps(SelectionKey.OP_READ);
        }

        private void read() throws IOException {
            ByteBuffer received = crowd.received.clear();
            int count = channel.read(received);
            if (count < 0) {
                end();
            } else if (count > missing) {
                fail("more came back than was sent");
            } else if (received.flip().mismatch(frame.next(count)) >= 0) {
                fail("other bytes came back than were sent");
            } else {
                frame.advance(count);
                missing -= count;
                crowd.meter.echoed(count);
                if (missing == 0) {
                    channel.shutdownOutput();
                }
            }
        }

        private void end() throws IOException {
            if (missing > 0) {
                fail("closed by the server");
                return;
            }
            channel.close();
            crowd.meter.completed(System.nanoTime() - startedAt);
            crowd.ended();
        }

        /** This one is not replaced: a server that fails them all is not to be stormed. */
        private void fail(String what) {
            crowd.meter.error(what);
            crowd.open--;
            try {
                channel.close();
            } catch (IOException alreadyBroken) {
                crowd.meter.error(alreadyBroken.toString());
            }
        }
    }
}
