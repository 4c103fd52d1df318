package org.kamaelia.tcp;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Component;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Notify;
import org.kamaelia.component.Scheduler;
import org.kamaelia.component.ServiceRegistry;
import org.kamaelia.component.Signal;

/**
 * Tells components when their sockets are ready, once per request. One per scheduler, a service found
 * in its {@link ServiceRegistry}; it ends when its last user has left. Kamaelia's {@code Selector}.
 *
 * <p>It and the two kinds of socket it selects, {@link StreamSocket} and {@link ListenSocket}, are all
 * that touches Vert.x's sockets.
 */
public final class Selector extends Component {
    /** The service that takes {@link SelectorRequest}s. */
    public static final String SERVICE = "selector";

    /** The service that is told when a user leaves. */
    public static final String SHUTDOWN_SERVICE = "selectorshutdown";

    /** A page. */
    private static final int SMALLEST = 4 * 1024;

    /** What the system gives and takes at once; more would leave the processor's cache before it is used. */
    private static final int LARGEST = 64 * 1024;

    // A component has at most one request of each kind under way, so its users bound this box.
    private final Inbox<SelectorRequest> requests = addInbox("notify", SelectorRequest.class, Integer.MAX_VALUE);
    private final Inbox<Signal> control = control();
    private final TimeoutWheel timeouts = new TimeoutWheel();
    private final LoopBuffer readBuffer = new LoopBuffer(LARGEST);

    /** Each twice as large as the one before it. */
    private final List<LoopBuffer> writeBuffers = Stream.iterate(SMALLEST, size -> size <= LARGEST, size -> 2 * size)
            .map(LoopBuffer::new)
            .toList();

    private final boolean measured;
    private int users;

    /** What sockets are connected by; null until the first is. */
    private @Nullable NetClient connector;

    /** One user has left. Axon's {@code shutdown}. */
    enum UserLeft implements Notify {
        SHUTDOWN
    }

    private Selector() {
        Context context = Vertx.currentContext();
        measured = context != null && context.owner().isMetricsEnabled();
    }

    /** Finds the scheduler's selector, or starts it, and counts one more user. On the scheduler's thread. */
    public static Selector join(Scheduler scheduler) {
        ServiceRegistry services = scheduler.services();
        Selector selector;
        if (services.hasService(SERVICE)) {
            selector =
                    (Selector) services.service(SERVICE, SelectorRequest.class).owner();
        } else {
            selector = new Selector();
            services.register(SERVICE, selector.requests);
            services.register(SHUTDOWN_SERVICE, selector.control);
            scheduler.activate(selector);
            scheduler.activate(selector.timeouts);
        }
        selector.users++;
        return selector;
    }

    /** What ends connections that take too long. */
    TimeoutWheel timeouts() {
        return timeouts;
    }

    /** Whether somebody measures Vert.x's sockets; nobody does on a scheduler that is driven by hand. */
    boolean isMeasured() {
        return measured;
    }

    /** What its sockets are read into. */
    LoopBuffer readBuffer() {
        return readBuffer;
    }

    /**
     * What its sockets are written from. A peer that does not take all keeps the buffer, so few bytes get a small one.
     *
     * @param bytes that are to be written, at least one
     * @return with room for them, or the largest there is
     */
    LoopBuffer writeBuffer(int bytes) {
        int sizes = (Math.min(bytes, LARGEST) - 1) / SMALLEST;
        return writeBuffers.get(Integer.SIZE - Integer.numberOfLeadingZeros(sizes));
    }

    /** Connects a socket on this scheduler's event loop; whoever asks has joined. */
    Future<NetSocket> connect(ConnectOptions to) {
        NetClient by = connector;
        if (by == null) {
            by = Vertx.currentContext()
                    .owner()
                    .createNetClient(
                            new NetClientOptions().setTcpKeepAlive(true).setTcpNoDelay(true));
            connector = by;
        }
        return by.connect(to);
    }

    Inbox<SelectorRequest> requests() {
        return requests;
    }

    @Override
    protected Next step() {
        for (SelectorRequest next = requests.poll(); next != null; next = requests.poll()) {
            next.serve();
        }
        for (Signal next = control.poll(); next != null; next = control.poll()) {
            if (next == UserLeft.SHUTDOWN) {
                users--;
            }
        }
        return users > 0 ? PAUSE : DONE;
    }

    @Override
    protected void ended(@Nullable Throwable failure) {
        if (connector != null) {
            Future<Void> unused = connector.close();
        }
        readBuffer.close();
        writeBuffers.forEach(LoopBuffer::close);
        scheduler().services().deregister(SERVICE);
        scheduler().services().deregister(SHUTDOWN_SERVICE);
        end(timeouts);
    }

    /** Puts the one message of readiness into an inbox. */
    void tellReady(Inbox<Ready> inbox) {
        tell(inbox, Ready.READY);
    }
}
