package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.kamaelia.component.Component;
import org.kamaelia.control.ConnectionFilter;
import org.kamaelia.control.ConnectionQuery;
import org.kamaelia.control.ConnectionView;
import org.kamaelia.control.ControlFailure;
import org.kamaelia.control.ControlPlane;
import org.kamaelia.control.Counts;
import org.kamaelia.protocol.Protocol;
import org.kamaelia.tcp.AddressBlock;
import org.kamaelia.tcp.ConnectionInfo;
import org.kamaelia.tcp.ListenerOptions;

/** A Kamaelia on a Vertx of its own, over two event loops, and clients that give up where they would hang. */
public final class Running implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();

    static {
        ByteBufUtil.setLeakListener((type, records) -> LEAKS.add(type + ": " + records));
    }

    final Vertx vertx;
    final Kamaelia kamaelia;

    /** Of those that handlers of a test serve, by the client's address: they may have ended before anybody looks. */
    private final Map<String, String> ids = new ConcurrentHashMap<>();

    Running(Transport transport) {
        this(transport, 2);
    }

    Running(Transport transport, int eventLoops) {
        this(transport, new KamaeliaOptions().eventLoops(eventLoops));
    }

    Running(Transport transport, KamaeliaOptions options) {
        vertx = transport.vertx();
        assertThat(vertx.isNativeTransportEnabled()).isEqualTo(transport == Transport.NATIVE);
        kamaelia = Kamaelia.create(vertx, options);
    }

    /** Over two event loops, with one certificate in its configuration: that of the same name. */
    static Running withCertificate(Transport transport, String name, OpenSsl made) {
        return new Running(transport, new KamaeliaOptions().eventLoops(2).certificate(name, made.pem(name)));
    }

    // ---- listeners

    /** On loopback, on a port of the system's choice. */
    static ListenerOptions on(String protocol) {
        return ListenerOptions.of(protocol).host("127.0.0.1").port(0);
    }

    /** Starts a listener, called like its protocol. */
    Listener start(ListenerOptions options) {
        return await(kamaelia.start(options));
    }

    /** Starts a listener whose protocol is this and nothing else. */
    Listener start(String name, Handlers handlers) {
        return start(name, handlers, on(name));
    }

    Listener start(String name, Handlers handlers, ListenerOptions options) {
        kamaelia.protocol(Protocol.of(name, connection -> {
            ids.put(String.valueOf(connection.remoteAddress()), connection.id().toString());
            return handlers.open(connection);
        }));
        return start(options.protocol(name));
    }

    /** What makes a component for a connection; may throw what it likes. */
    interface Handlers {
        Component open(ConnectionInfo connection);
    }

    ControlPlane control() {
        return kamaelia.control();
    }

    Counts counts(Listener listener) {
        return await(listener.view()).connections();
    }

    // ---- connections

    static Socket connect(int port) throws IOException {
        Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        return connected(socket, port);
    }

    static Socket connect(Listener listener) throws IOException {
        return connect(listener.port());
    }

    /** With as small a window as the system allows, so that what is sent to it stays with the sender. */
    static Socket connectNarrow(Listener listener) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        return connected(socket, listener.port());
    }

    private static Socket connected(Socket socket, int port) throws IOException {
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) PATIENCE.toMillis());
        return socket;
    }

    /** A port that nobody has, of those that the system gives to nobody who does not ask for it. */
    public static int freePort() {
        int[] port = {0};
        until("a port is free", () -> {
            port[0] = ThreadLocalRandom.current().nextInt(10_000, 30_000);
            try (ServerSocket free = new ServerSocket(port[0], 1, InetAddress.getLoopbackAddress())) {
                return free.isBound();
            } catch (IOException taken) {
                return false;
            }
        });
        return port[0];
    }

    /**
     * A port of loopback where nobody listens and, as long as this is open, nobody else can: whoever connects to it is
     * refused.
     */
    static Socket refusing() throws IOException {
        Socket held = new Socket();
        held.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return held;
    }

    /** The server's side of a client's connection, once there is one. */
    String idOf(Socket client) {
        String address = "127.0.0.1:" + client.getLocalPort();
        String[] found = {null};
        until("the connection of " + address + " is listed", () -> {
            found[0] = open().stream()
                    .filter(each -> each.remoteAddress().equals(address))
                    .map(ConnectionView::id)
                    .findFirst()
                    .orElseGet(() -> ids.get(address));
            return found[0] != null;
        });
        return found[0];
    }

    List<ConnectionView> open() {
        return open(ConnectionFilter.NONE);
    }

    /** Those of one address. */
    List<ConnectionView> open(String remoteAddress) {
        return open(ConnectionFilter.from(AddressBlock.parse(remoteAddress)));
    }

    private List<ConnectionView> open(ConnectionFilter filter) {
        return await(control().connections(ConnectionQuery.of(filter).limit(ConnectionQuery.MOST)))
                .items();
    }

    ConnectionView view(String id) {
        return await(control().connection(id)).view();
    }

    /** What is told of a connection when it has ended. */
    ConnectionView ended(String id) {
        ConnectionView[] view = {null};
        until("connection " + id + " has ended", () -> {
            view[0] = view(id);
            return view[0].closedAt() != null;
        });
        return view[0];
    }

    /** At once, whatever else there is to say. */
    static void say(Socket client, byte[] bytes) throws IOException {
        client.getOutputStream().write(bytes);
        client.getOutputStream().flush();
    }

    /** The same to a server that may break the connection off before it has heard all. */
    static void sayInVain(Socket client, byte[] bytes) throws IOException {
        try {
            say(client, bytes);
        } catch (SocketException brokenOff) {
            assertThat(brokenOff).hasMessageMatching("(?i).*(reset|broken pipe).*");
        }
    }

    /** Closes a client as a well-behaved peer does. */
    static void hangUp(Socket client) throws IOException {
        client.close();
    }

    /** Breaks a client off: the server sees a reset. */
    static void reset(Socket client) throws IOException {
        client.setSoLinger(true, 0);
        client.close();
    }

    /** How what a client can read comes to its end. */
    enum End {
        FIN,
        RESET
    }

    /** Reads all that is left, and tells how it ends. */
    static End endOf(Socket client) throws IOException {
        try {
            client.getInputStream().transferTo(OutputStream.nullOutputStream());
            return End.FIN;
        } catch (SocketException reset) {
            assertThat(reset).hasMessageContaining("reset");
            return End.RESET;
        }
    }

    /** How a connection ends that says nothing. A reset may come so soon that connecting finds it already. */
    static End endOfNew(Listener listener) throws IOException {
        try (Socket client = connect(listener)) {
            return endOf(client);
        } catch (SocketException reset) {
            assertThat(reset).hasMessageContaining("reset");
            return End.RESET;
        }
    }

    // ---- waiting

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ControlFailure failure) {
                throw failure;
            }
            throw new AssertionError(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** Looks until something is so; for what nobody tells. */
    public static void until(String what, Callable<Boolean> isSo) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (!isSo.call()) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("not within " + PATIENCE + ": " + what);
                }
                LockSupport.parkNanos(500_000);
            }
        } catch (AssertionError e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(what, e);
        }
    }

    // ---- the end

    @Override
    public void close() {
        await(vertx.close());
        assertThat(leaks()).isEmpty();
    }

    /** Buffers that nobody released; a leak is found once its buffer is collected and another is made. */
    private static Queue<String> leaks() {
        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
        System.gc();
        for (int i = 0; i < 10; i++) {
            UnpooledByteBufAllocator.DEFAULT.directBuffer(1).release();
        }
        return LEAKS;
    }
}
