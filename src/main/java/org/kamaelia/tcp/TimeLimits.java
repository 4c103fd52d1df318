package org.kamaelia.tcp;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Component;
import org.kamaelia.tcp.TimeoutWheel.Timeout;

/**
 * How long one connection may do what: the listener's {@code idleTimeout}, {@code maxAge}, {@code writeTimeout}
 * and {@code closeTimeout}. All share one place in the {@link TimeoutWheel}; a byte costs no more than the
 * store of a time, and the rest is found out when the earliest of them may have passed. Confined to the
 * scheduler's thread.
 *
 * <p>While bytes wait for the peer that is every tenth of the limits on it, so that it is known well enough
 * when the peer last took some.
 */
final class TimeLimits {
    private static final int LOOKS_WHILE_BYTES_WAIT = 10;

    /** How often a connection on its way to the end is asked whether its peer is still there. */
    private static final long LOOK_FOR_RESET = Duration.ofMillis(500).toNanos();

    /** What has passed. */
    enum Passed {
        IDLE,
        AGE,
        WRITE,
        CLOSE
    }

    private final StreamSocket socket;
    private final ListenPort port;
    private final TimeoutWheel wheel;
    private final Timeout timeout;
    private final long openedAt;
    private long lastActive;

    /** Bytes wait that the peer has not taken. */
    private boolean bytesWait;

    private long lastTaken;
    private long bytesOutAtLook;

    private boolean closing;
    private long delivered;
    private long lastProgress;
    private long progressAtLook;

    /**
     * Limits that nobody watches yet.
     *
     * @param owner woken when it is to {@link #look}
     */
    TimeLimits(Component owner, StreamSocket socket, Selector selector, ListenPort port) {
        this.socket = socket;
        this.port = port;
        this.wheel = selector.timeouts();
        this.timeout = new Timeout(owner);
        this.openedAt = selector.scheduler().cycleTime();
        this.lastActive = openedAt;
    }

    // ---- what happens

    /** Bytes have come to the handler. */
    void delivered(int bytes) {
        delivered += bytes;
        active();
    }

    /** Bytes have moved. */
    void active() {
        lastActive = now();
    }

    /** Nothing moves until then because its rate says so: nobody is to blame. */
    void heldBack(long until) {
        lastActive = until;
        lastProgress = until;
    }

    /** For how long no byte has moved either way. */
    long idle(long now) {
        return Math.max(0, now - lastActive);
    }

    /** When a byte last moved; later than now where a rate holds it back until then. */
    long lastActive() {
        return lastActive;
    }

    /** For how long it has been open. */
    long age(long now) {
        return now - openedAt;
    }

    /** When the earliest of its limits ends it if nothing moves from now on; null if none does. */
    @Nullable
    Duration endsWithin(long now) {
        ListenerOptions options = options();
        long next = Long.MAX_VALUE;
        if (closing) {
            next = earlier(next, options.closeTimeout(), lastProgress);
        } else {
            next = earlier(next, options.idleTimeout(), lastActive);
            next = earlier(next, options.maxAge(), openedAt);
        }
        if (bytesWait) {
            next = earlier(next, options.writeTimeout(), lastTaken);
        }
        return next == Long.MAX_VALUE ? null : Duration.ofNanos(Math.max(0, next - now));
    }

    /** What was written did not all leave; told each time. */
    void bytesWait() {
        if (!bytesWait) {
            bytesWait = true;
            lastTaken = now();
            bytesOutAtLook = socket.bytesOut();
            watch();
        }
    }

    /** The connection is on its way to the end: from now on only that may not take too long. */
    void close() {
        if (!closing) {
            closing = true;
            lastProgress = now();
            progressAtLook = progress();
            watch();
        }
    }

    /** The options have changed, or the connection begins. */
    void watch() {
        long at = nextLook();
        if (at == Long.MAX_VALUE) {
            wheel.clear(timeout);
        } else {
            wheel.set(timeout, at);
        }
    }

    void end() {
        wheel.clear(timeout);
    }

    // ---- what has passed

    /**
     * What must be acted on.
     *
     * @param outputShut all was sent, the peer's end is awaited
     */
    @Nullable
    Passed look(boolean outputShut) {
        if (!timeout.hasPassed()) {
            return null;
        }
        if (closing && socket.canMissReset()) {
            socket.lookForReset();
        }
        if (bytesWait) {
            lookForTaken();
        }
        Passed passed = passed(outputShut);
        if (passed == null) {
            watch();
        }
        return passed;
    }

    private void lookForTaken() {
        long out = socket.bytesOut();
        if (out != bytesOutAtLook) {
            bytesOutAtLook = out;
            lastTaken = now();
            lastActive = lastTaken;
        }
        bytesWait = socket.unsentBytes() > 0;
    }

    private @Nullable Passed passed(boolean outputShut) {
        if (bytesWait && writeStalled()) {
            return Passed.WRITE;
        }
        if (closing) {
            return closeTimeoutPassed(outputShut) ? Passed.CLOSE : null;
        }
        if (has(options().maxAge(), openedAt)) {
            return Passed.AGE;
        }
        return isIdle() ? Passed.IDLE : null;
    }

    private boolean writeStalled() {
        Duration limit = options().writeTimeout();
        if (!has(limit, lastTaken)) {
            return false;
        }
        if (socket.hasSentWithin(limit)) {
            // The system has bytes enough of its own, which the peer takes slowly.
            lastTaken = now();
            return false;
        }
        return true;
    }

    private boolean isIdle() {
        Duration limit = options().idleTimeout();
        if (!has(limit, lastActive)) {
            return false;
        }
        if (socket.hasSentWithin(limit)) {
            lastActive = now();
            return false;
        }
        return true;
    }

    private boolean closeTimeoutPassed(boolean outputShut) {
        Duration limit = options().closeTimeout();
        if (!has(limit, lastProgress)) {
            return false;
        }
        if (progress() != progressAtLook || (!outputShut && socket.hasSentWithin(limit))) {
            progressAtLook = progress();
            lastProgress = now();
            return false;
        }
        return true;
    }

    /** Grows with every byte that the handler or the peer takes. */
    private long progress() {
        return delivered + socket.bytesOut();
    }

    /** Zero is no limit. */
    private boolean has(Duration limit, long since) {
        return !limit.isZero() && now() - since >= limit.toNanos();
    }

    // ---- when to look

    private long nextLook() {
        ListenerOptions options = options();
        long next = Long.MAX_VALUE;
        if (closing) {
            next = lastProgress + options.closeTimeout().toNanos();
            if (socket.canMissReset()) {
                next = earlier(next, now() + LOOK_FOR_RESET);
            }
        } else {
            next = earlier(next, options.idleTimeout(), lastActive);
            next = earlier(next, options.maxAge(), openedAt);
        }
        if (bytesWait) {
            next = earlier(next, options.writeTimeout(), lastTaken);
            next = earlier(next, options.writeTimeout().dividedBy(LOOKS_WHILE_BYTES_WAIT), now());
            next = earlier(next, options.idleTimeout().dividedBy(LOOKS_WHILE_BYTES_WAIT), now());
        }
        return next;
    }

    private static long earlier(long next, Duration limit, long since) {
        return limit.isZero() ? next : earlier(next, since + limit.toNanos());
    }

    private static long earlier(long next, long at) {
        return next == Long.MAX_VALUE || at - next < 0 ? at : next;
    }

    private ListenerOptions options() {
        return port.options();
    }

    private long now() {
        return wheel.scheduler().cycleTime();
    }
}
