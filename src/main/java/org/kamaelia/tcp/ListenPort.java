package org.kamaelia.tcp;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ServerID;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Outcome;
import org.kamaelia.component.ServerShutdown;
import org.kamaelia.component.Signal;
import org.kamaelia.eventloop.OnContext;

/**
 * One listening port that the {@link TcpServer}s of several event loops share: its options, its limit,
 * and the choice of the port, made once. Any thread.
 */
public final class ListenPort {
    /** Vert.x shares one random port among servers that listen on the same negative number. */
    private static final AtomicInteger LAST_SHARED = new AtomicInteger(1_000_000);

    private static final int MOST_TRIES_IN_RANGE = 1_000;

    private final String listener;
    private final @Nullable ServerTls tls;
    private final boolean beginsInClear;
    private final AtomicBoolean claimed = new AtomicBoolean();
    private final Admission admission;
    private final List<TcpServer> servers = new CopyOnWriteArrayList<>();
    private final Promise<ServerShutdown> draining = Promise.promise();
    private final Pace paceIn = new Pace();
    private final Pace paceOut = new Pace();
    private volatile ListenerOptions options;
    private volatile @Nullable String trouble;
    private volatile Consumer<@Nullable String> onTrouble = what -> {};
    private final Promise<Void> freed = Promise.promise();
    private final AtomicReference<@Nullable Channel> serverChannel = new AtomicReference<>();
    private final AtomicInteger holds = new AtomicInteger();
    private final AtomicInteger shares = new AtomicInteger();

    /** Which one a UNIX domain socket has made; null before, and where the system can't tell. */
    private volatile @Nullable Object file;

    // Guarded by this.
    private @Nullable Future<SocketAddress> bound;

    /**
     * A port to listen on, in the clear.
     *
     * @param listener the name by which operators know it
     */
    public ListenPort(String listener, ListenerOptions options) {
        this(listener, options, null, true);
        if (options.tls() != null) {
            throw new InvalidOptions("/tls", "tls needs certificates: give this port its ServerTls");
        }
    }

    /**
     * A port to listen on.
     *
     * @param listener the name by which operators know it
     * @param tls what the options' {@code tls} comes to; null if they have none
     * @param beginsInClear whether a connection speaks TLS only once its handler asks for that
     */
    public ListenPort(String listener, ListenerOptions options, @Nullable ServerTls tls, boolean beginsInClear) {
        check(options);
        this.listener = listener;
        this.options = options;
        this.admission = new Admission(options);
        this.tls = tls;
        this.beginsInClear = beginsInClear;
    }

    /**
     * Looks whether what the options ask for can be had in this process.
     *
     * @throws InvalidOptions if not
     */
    public static void check(ListenerOptions options) {
        if (options.proxyProtocol().isOn()) {
            ProxyLayer.requireCodec();
        }
    }

    /** Whether more comes before its connections' bytes: a PROXY header, TLS. */
    boolean beginsWithHandshake() {
        return beginsInTls() || options.proxyProtocol().isOn();
    }

    /** TLS for its connections; null if there is none. */
    @Nullable
    ServerTls tls() {
        return tls;
    }

    /** Whether its connections speak TLS from their first byte. */
    boolean beginsInTls() {
        return tls != null && !beginsInClear;
    }

    /** The name by which operators know it. */
    public String listener() {
        return listener;
    }

    /** The options in force. */
    public ListenerOptions options() {
        return options;
    }

    /** Puts changed options in force; only those that can change live have an effect. */
    public void options(ListenerOptions changed) {
        options = changed;
        paceIn.reset();
        paceOut.reset();
        admission.options(changed);
        tellAll(ServerControl.OPTIONS_CHANGED, null);
    }

    /** Completes when a first server has begun to shut down, whoever asked. */
    public Future<ServerShutdown> draining() {
        return draining.future();
    }

    /**
     * Has somebody told what keeps this port from accepting, each time that changes; null is nothing any more.
     *
     * @param told called on the accepting event loop; must not block
     */
    public void onTrouble(Consumer<@Nullable String> told) {
        onTrouble = told;
    }

    /** What keeps it from accepting for now; null while nothing does. */
    public @Nullable String trouble() {
        return trouble;
    }

    void trouble(@Nullable String what) {
        if (!Objects.equals(trouble, what)) {
            trouble = what;
            onTrouble.accept(what);
        }
    }

    /** How many connections are open, over all event loops. */
    public int open() {
        return admission.open();
    }

    /** Completes when nothing listens here any more, though connections may live on. */
    public Future<Void> freed() {
        return freed.future();
    }

    /**
     * Takes the one place there is where a listener serves one client at a time, over all event loops.
     *
     * @return false while another has it
     */
    public boolean claim() {
        return claimed.compareAndSet(false, true);
    }

    /** Gives back the place that {@link #claim} took. */
    public void release() {
        claimed.set(false);
    }

    /** What all connections together may receive. */
    Pace paceIn() {
        return paceIn;
    }

    /** What all connections together may send. */
    Pace paceOut() {
        return paceOut;
    }

    /** Who is let in. */
    Admission admission() {
        return admission;
    }

    void join(TcpServer server) {
        servers.add(server);
        shares.incrementAndGet();
    }

    /** One share is about to close; true if others go on listening. */
    boolean othersListen() {
        return shares.decrementAndGet() > 0;
    }

    void leave(TcpServer server) {
        servers.remove(server);
        if (servers.isEmpty()) {
            freed.tryComplete();
        }
    }

    /** The listening channel; told once it listens, or if need be by the first connection that came through it. */
    void found(Channel channel) {
        if (serverChannel.compareAndSet(null, channel)) {
            channel.pipeline().addFirst("kamaelia", new AcceptGuard(this, new ScarceMemory()::lack));
            String path = options.path();
            if (path != null) {
                channel.pipeline().addFirst("kamaelia-file", new SocketFile(Path.of(path), file));
            }
            Future<Void> unused = applyHolds(channel);
            channel.closeFuture()
                    .addListener(
                            closed -> afterNextSelect(channel.eventLoop()).onComplete(looked -> freed.tryComplete()));
        }
    }

    /**
     * One share wants nobody accepted, or no longer; somebody is accepted while no share does.
     *
     * @return done when that has taken effect, as far as the listening channel is known
     */
    Future<Void> hold(boolean holds) {
        this.holds.addAndGet(holds ? 1 : -1);
        Channel channel = serverChannel.get();
        return channel == null ? Future.succeededFuture() : applyHolds(channel);
    }

    private Future<Void> applyHolds(Channel channel) {
        Promise<Void> applied = Promise.promise();
        // On its own loop: turned off and on by two threads at once a channel can stay off.
        channel.eventLoop().execute(() -> {
            if (channel.isOpen()) {
                channel.config().setAutoRead(holds.get() == 0);
            }
            applied.complete();
        });
        return applied.future();
    }

    /**
     * Completes after an event loop's next look at its sockets: with NIO the system has a closed socket's
     * port back only then.
     */
    static Future<Void> afterNextSelect(EventLoop loop) {
        Promise<Void> looked = Promise.promise();
        // Scheduled from another thread it would run at once.
        loop.execute(() -> {
            ScheduledFuture<?> unused = loop.schedule(() -> looked.complete(), 0, TimeUnit.NANOSECONDS);
        });
        return looked.future();
    }

    /** Lets every server of this port know, whichever heard of it. */
    void shutDown(ServerShutdown shutdown, TcpServer heard) {
        draining.tryComplete(shutdown);
        tellAll(shutdown, heard);
    }

    private void tellAll(Signal signal, @Nullable TcpServer except) {
        for (TcpServer server : servers) {
            if (server != except) {
                server.scheduler().ingress().deliver(server.control, signal).thenAccept(ListenPort::ignore);
            }
        }
    }

    private static void ignore(Outcome outcome) {
        // One that has ended meanwhile is what was wanted.
    }

    /**
     * Listens: the first caller chooses and binds the port, those of the other event loops join it.
     *
     * @param server with its connect handler set
     * @return the port
     */
    Future<Integer> listen(Vertx vertx, NetServer server, @Nullable Integer supplied, int minRange, int maxRange) {
        Promise<SocketAddress> first = Promise.promise();
        Future<SocketAddress> chosen;
        synchronized (this) {
            chosen = bound;
            if (chosen == null) {
                bound = first.future();
            }
        }
        if (chosen != null) {
            // From its own event loop: Vert.x serves a server's connections on the context that listened.
            return OnContext.of(Vertx.currentContext(), chosen)
                    .compose(server::listen)
                    .map(NetServer::actualPort);
        }
        bind(vertx, server, supplied, minRange, maxRange)
                .onSuccess(address -> {
                    Channel channel = ListeningChannel.of(vertx, options, server.actualPort());
                    if (channel != null) {
                        found(channel);
                    }
                })
                .onComplete(first);
        return first.future().map(address -> server.actualPort());
    }

    private Future<SocketAddress> bind(
            Vertx vertx, NetServer server, @Nullable Integer supplied, int minRange, int maxRange) {
        String path = options.path();
        if (path != null) {
            return bindPath(vertx, server, path);
        }
        String host = options.host();
        if (supplied == null) {
            int size = maxRange - minRange + 1;
            int start = ThreadLocalRandom.current().nextInt(size);
            return bindInRange(vertx, server, minRange, size, start, 0);
        }
        if (supplied == 0) {
            return bind(server, SocketAddress.sharedRandomPort(LAST_SHARED.incrementAndGet(), host));
        }
        return bindFixed(vertx, server, supplied);
    }

    private Future<SocketAddress> bindPath(Vertx vertx, NetServer server, String path) {
        return vertx.executeBlocking(() -> {
                    UnixSocket.removeStale(path);
                    return path;
                })
                .compose(free -> bind(server, SocketAddress.domainSocketAddress(path)))
                .compose(address -> vertx.executeBlocking(() -> {
                    file = UnixSocket.identity(Path.of(path));
                    return address;
                }));
    }

    private Future<SocketAddress> bindInRange(
            Vertx vertx, NetServer server, int minRange, int size, int start, int tries) {
        int port = minRange + (int) (((long) start + tries) % size);
        return bindFixed(vertx, server, port).recover(failure -> {
            boolean another = isTaken(failure) && tries + 1 < Math.min(size, MOST_TRIES_IN_RANGE);
            return another
                    ? bindInRange(vertx, server, minRange, size, start, tries + 1)
                    : Future.failedFuture(failure);
        });
    }

    private Future<SocketAddress> bindFixed(Vertx vertx, NetServer server, int port) {
        Map<ServerID, ?> listening = ((VertxInternal) vertx).sharedTcpServers();
        // Vert.x would join a server that has the port already, whatever its options. It looks under this lock.
        synchronized (listening) {
            if (listening.containsKey(new ServerID(port, options.host()))) {
                return Future.failedFuture(new BindException("Address already in use"));
            }
            return bind(server, SocketAddress.inetSocketAddress(port, options.host()));
        }
    }

    private static Future<SocketAddress> bind(NetServer server, SocketAddress address) {
        return server.listen(address).map(address);
    }

    /** True if somebody else listens there. */
    public static boolean isTaken(Throwable failure) {
        return failure instanceof IOException
                && String.valueOf(failure.getMessage()).contains("already in use");
    }

    static NetServerOptions serverOptions(ListenerOptions options) {
        return new NetServerOptions()
                .setAcceptBacklog(options.backlog())
                .setReusePort(options.reusePort())
                .setTcpNoDelay(options.tcpNoDelay())
                .setTcpKeepAlive(options.keepAlive());
    }
}
