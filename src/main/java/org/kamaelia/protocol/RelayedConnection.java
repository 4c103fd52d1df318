package org.kamaelia.protocol;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Component;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.ShutdownMicroprocess;
import org.kamaelia.component.Signal;
import org.kamaelia.component.SocketShutdown;
import org.kamaelia.protocol.Upstreams.Upstream;
import org.kamaelia.tcp.ClientOptions;
import org.kamaelia.tcp.CloseCause;
import org.kamaelia.tcp.CloseReason;
import org.kamaelia.tcp.EndOutput;
import org.kamaelia.tcp.ListenerOptions;
import org.kamaelia.tcp.TcpClient;

/**
 * One connection that is relayed. Bytes pass its boxes straight through, between the accepted connection and a {@link
 * TcpClient}, its child; only ends come here. Until an upstream takes the connection what the peer sends waits in {@code
 * inbox}.
 */
final class RelayedConnection extends Component {
    /** The listener's own limits hold both sides: whoever is slow there keeps the other waiting. */
    private static final Duration NO_LIMIT = Duration.ofDays(365);

    private static final Duration LONGEST_CLOSE = Duration.ofHours(1);

    private final Inbox<Buffer> inbox = inbox("inbox", Buffer.class);
    private final Inbox<Signal> control = control();
    private final Inbox<Signal> fromUpstream = addInbox("_fromUpstream", Signal.class);
    private final Upstreams upstreams;
    private final Duration connectTimeout;
    private final List<Upstream> tried = new ArrayList<>();
    private @Nullable Upstream upstream;
    private @Nullable TcpClient client;
    private boolean connected;

    /** Why the last of those tried did not take the connection. */
    private @Nullable String refusal;

    /** The peer sends nothing more. */
    private boolean inputEnded;

    private boolean done;

    RelayedConnection(Upstreams upstreams, Duration connectTimeout) {
        this.upstreams = upstreams;
        this.connectTimeout = connectTimeout;
        outbox("outbox", Buffer.class);
    }

    @Override
    protected Next step() {
        if (client == null) {
            connect();
        }
        for (Signal next = control.poll(); next != null && !done; next = control.poll()) {
            hearPeer(next);
        }
        join();
        for (Signal next = fromUpstream.poll(); next != null && !done; next = fromUpstream.poll()) {
            hearUpstream(next);
        }
        return done ? DONE : PAUSE;
    }

    // ---- connecting

    private void connect() {
        Upstream next = upstreams.next(tried);
        if (next == null) {
            String last = tried.isEmpty()
                    ? ""
                    : "; the last, " + tried.get(tried.size() - 1).address() + ": " + refusal;
            breakOff(failure("no upstream took the connection" + last));
            return;
        }
        upstream = next;
        TcpClient made = new TcpClient(
                ClientOptions.of(next.address().host(), next.address().port())
                        .connectTimeout(connectTimeout)
                        .socket(socket()));
        client = made;
        addChild(made);
        link(made.signal(), fromUpstream);
        link(made.outbox("outbox", Buffer.class), outbox("outbox", Buffer.class));
        made.connected().onSuccess(stands -> {
            next.works();
            wake();
        });
        activate(made);
    }

    private ListenerOptions socket() {
        // As much room as here: all that waits here moves there.
        return ListenerOptions.of("relay")
                .sendBound(inbox.bound())
                .idleTimeout(NO_LIMIT)
                .writeTimeout(Duration.ZERO)
                .closeTimeout(LONGEST_CLOSE);
    }

    /** Lets the peer's bytes through once somebody takes them. */
    private void join() {
        TcpClient to = client;
        if (to == null || connected || !to.connected().succeeded()) {
            return;
        }
        connected = true;
        link(inbox, to.inbox("inbox", Buffer.class));
        if (inputEnded) {
            tell(to.control(), new ProducerFinished());
        }
    }

    private void tryAnother(TcpClient failed) {
        if (upstream != null) {
            upstream.fails();
            upstream.release();
            tried.add(upstream);
            upstream = null;
        }
        removeChild(failed);
        connect();
    }

    // ---- ends

    private void hearPeer(Signal next) {
        if (next instanceof ShutdownMicroprocess) {
            signal().send(next);
            done = true;
        } else if (next instanceof ProducerFinished finished) {
            if (isBroken(finished)) {
                breakOff(finished.reason());
            } else if (!inputEnded) {
                inputEnded = true;
                if (connected && client != null) {
                    tell(client.control(), new ProducerFinished());
                }
            }
        }
    }

    private void hearUpstream(Signal next) {
        TcpClient from = client;
        if (from == null || !(next instanceof ProducerFinished finished)) {
            return;
        }
        if (!connected) {
            refusal = words(finished.reason());
            tryAnother(from);
        } else if (isBroken(finished)) {
            String address =
                    upstream == null ? "the upstream" : upstream.address().toString();
            breakOff(failure(address + " broke off: " + words(finished.reason())));
        } else if (next instanceof SocketShutdown) {
            signal().send(new ProducerFinished());
            done = true;
        } else {
            signal().send(EndOutput.END_OUTPUT);
        }
    }

    /** Whether it tells of more than the end of a side's sending. */
    private static boolean isBroken(ProducerFinished end) {
        Object reason = end.reason();
        boolean cutOff = end instanceof SocketShutdown
                && reason != CloseCause.PEER_CLOSED
                && reason != CloseCause.HANDLER_FINISHED;
        return cutOff || reason == CloseCause.PEER_RESET || reason instanceof Throwable;
    }

    private static CloseReason failure(String detail) {
        return new CloseReason(CloseCause.UPSTREAM_FAILED, detail);
    }

    private static String words(@Nullable Object reason) {
        return reason instanceof Throwable thrown && thrown.getMessage() != null
                ? thrown.getMessage()
                : String.valueOf(reason);
    }

    private void breakOff(@Nullable Object reason) {
        signal().send(new ShutdownMicroprocess(reason));
        done = true;
    }

    @Override
    protected void ended(@Nullable Throwable failure) {
        if (client != null && !client.hasEnded()) {
            // One that has come to its end by itself does not hear it.
            tell(client.control(), new ShutdownMicroprocess(failure));
        }
        if (upstream != null) {
            upstream.release();
        }
    }
}
