package org.kamaelia.tcp;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vertx.core.internal.net.NetSocketInternal;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.kamaelia.component.Component;
import org.kamaelia.component.Next;
import org.kamaelia.component.Scheduler;

/** Open connections of one event loop with nobody at the other end: as many as one likes, without a descriptor. On its thread. */
public final class Unplugged {
    private final Scheduler scheduler;
    private final ConnectionTable table;
    private final ListenPort port;
    private final Selector selector;
    private final Component nobody = new Nobody();
    private final Map<ConnectedSocketAdapter, EmbeddedChannel> channels = new HashMap<>();

    public Unplugged(Scheduler scheduler, ConnectionTable table, ListenerOptions options) {
        this.scheduler = scheduler;
        this.table = table;
        this.port = new ListenPort(options.protocol(), options);
        this.selector = Selector.join(scheduler);
    }

    /** Whom a socket wakes that nobody serves. */
    private static final class Nobody extends Component {
        @Override
        protected Next step() {
            return PAUSE;
        }
    }

    /** A channel that says where it comes from. */
    private static final class Wire extends EmbeddedChannel {
        private final InetSocketAddress remote;

        Wire(InetSocketAddress remote) {
            super();
            this.remote = remote;
        }

        @Override
        protected java.net.SocketAddress remoteAddress0() {
            return remote;
        }

        @Override
        protected java.net.SocketAddress localAddress0() {
            return remote;
        }
    }

    /** One more that is open, from that address. */
    public ConnectedSocketAdapter open(String address) {
        Wire wire = new Wire(new InetSocketAddress(address, 1));
        wire.pipeline().addLast("vertx", new ChannelInboundHandlerAdapter());
        NetSocketInternal socket = socket(wire.pipeline().context("vertx"));
        StreamSocket stream = StreamSocket.adopt(selector, socket, port, 0, new TcpServer.Totals(), nobody);
        ConnectedSocketAdapter adapter = new ConnectedSocketAdapter(stream, selector, port, table);
        table.add(adapter);
        channels.put(adapter, wire);
        scheduler.activate(adapter);
        return adapter;
    }

    private static NetSocketInternal socket(ChannelHandlerContext context) {
        InvocationHandler answers = (proxy, method, arguments) -> {
            if (method.getName().equals("channelHandlerContext")) {
                return context;
            }
            throw new UnsupportedOperationException(method.getName());
        };
        return (NetSocketInternal) Proxy.newProxyInstance(
                Unplugged.class.getClassLoader(), new Class<?>[] {NetSocketInternal.class}, answers);
    }

    /** Its peer sends so many bytes. */
    public void receive(ConnectedSocketAdapter adapter, int bytes) {
        channels.get(adapter).writeInbound(Unpooled.wrappedBuffer(new byte[bytes]));
    }

    /** Ends it. */
    public void close(ConnectedSocketAdapter adapter) {
        channels.remove(adapter);
        scheduler.end(adapter);
    }
}
