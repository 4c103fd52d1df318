package org.kamaelia.protocol;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageProducer;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Component;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.ShutdownMicroprocess;
import org.kamaelia.component.Signal;
import org.kamaelia.tcp.ConnectionInfo;

/**
 * Sends what comes to the event bus, at most {@code inFlight} at a time, and the replies to the peer in the order of the
 * requests. Not an {@code AsyncReactor}, which awaits one result at a time or takes several in the order they come.
 *
 * @param <T> what a frame comes as
 */
final class EventBusRequests<T> extends Component {
    private final Inbox<T> in;
    private final Outbox<Buffer> out = outbox("outbox", Buffer.class);
    private final Inbox<Signal> control = control();

    private final EventBus bus;
    private final EventBusOptions options;
    private final Framing<T> framing;
    private final DeliveryOptions delivery;

    /** The oldest first, whether they have completed or not. */
    private final Queue<Future<@Nullable Object>> underWay = new ArrayDeque<>(2);

    private @Nullable ProducerFinished farewell;

    /** On the event loop on which it will run. */
    EventBusRequests(EventBus bus, ConnectionInfo connection, EventBusOptions options, Framing<T> framing) {
        this.in = inbox("inbox", framing.type());
        this.in.bound(framing.waiting());
        this.bus = bus;
        this.options = options;
        this.framing = framing;
        this.delivery = new DeliveryOptions()
                .setSendTimeout(options.timeout().toMillis())
                .addHeader("connection", connection.id().toString())
                .addHeader("listener", connection.listener())
                .addHeader("remoteAddress", connection.remoteAddress().toString());
    }

    @Override
    protected Next step() {
        for (Signal next = control.poll(); next != null; next = control.poll()) {
            if (next instanceof ShutdownMicroprocess) {
                return passOn(next);
            }
            if (next instanceof ProducerFinished finished) {
                farewell = finished;
            }
        }
        String failure = answer();
        if (failure != null) {
            return passOn(new ProducerFinished(failure));
        }
        while (in.dataReady() && underWay.size() < options.inFlight()) {
            ask(in.receive());
        }
        if (farewell != null && underWay.isEmpty()) {
            return passOn(farewell);
        }
        // What has completed by now has been told by a wake.
        return PAUSE;
    }

    private void ask(T frame) {
        Future<@Nullable Object> reply = options.reply()
                ? bus.<Object>request(options.address(), frame, delivery).map(Message::body)
                : sender().write(frame).mapEmpty();
        underWay.add(reply);
        reply.onComplete(done -> wake());
    }

    private MessageProducer<T> sender() {
        return bus.sender(options.address(), delivery);
    }

    /** Sends the replies that have come, up to the first that has not; tells why the connection must end, if it must. */
    private @Nullable String answer() {
        for (Future<@Nullable Object> next = underWay.peek();
                next != null && next.isComplete() && out.hasRoom();
                next = underWay.peek()) {
            underWay.remove();
            String failure = next.succeeded() ? reply(next.result()) : String.valueOf(next.cause());
            if (failure != null) {
                if (options.onFailure() == null) {
                    return "no reply from " + options.address() + ": " + failure;
                }
                out.send(framing.encoder().apply(Buffer.buffer(options.onFailure())));
            }
        }
        return null;
    }

    /** Sends a reply; tells why it cannot be sent, if it cannot. */
    private @Nullable String reply(@Nullable Object body) {
        if (!options.reply()) {
            return null;
        }
        try {
            out.send(framing.encoder().apply(bytes(body)));
            return null;
        } catch (IllegalArgumentException unfit) {
            return String.valueOf(unfit.getMessage());
        }
    }

    private static Buffer bytes(@Nullable Object body) {
        if (body instanceof Buffer buffer) {
            return buffer;
        }
        if (body instanceof byte[] bytes) {
            return Buffer.buffer(bytes);
        }
        return Buffer.buffer(body == null ? "" : body.toString());
    }

    private Next passOn(Signal signal) {
        signal().send(signal);
        return DONE;
    }
}
