package org.kamaelia.eventloop;

import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.ComponentFailed;

/** The thread that runs one component's body, from its start until it ends or nobody waits for it any longer. */
final class BodyThread {
    private final Threads threads;
    private final Gate gate;
    private final String component;
    private final Callable<?> body;
    private final CompletableFuture<Void> settled = new CompletableFuture<>();
    private final Thread thread;

    /**
     * One that has not started.
     *
     * @param component whose body it is; the thread gets its name
     * @param body run once
     */
    BodyThread(Threads threads, Gate gate, String component, boolean platform, Callable<?> body) {
        this.threads = threads;
        this.gate = gate;
        this.component = component;
        this.body = body;
        this.thread = platform ? NewThread.platform(component, this::run) : NewThread.virtual(component, this::run);
    }

    void start() {
        gate.open(thread);
        threads.started(this);
        boolean started = false;
        try {
            thread.start();
            started = true;
        } finally {
            if (!started) {
                giveUp();
            }
        }
    }

    private void run() {
        try {
            Throwable thrown = runBody();
            if (!gate.bodyReturned(thrown) && thrown != null && !comesOfInterrupt(thrown)) {
                threads.tell(new ComponentFailed(component, null, thrown));
            }
        } finally {
            giveUp();
        }
    }

    private @Nullable Throwable runBody() {
        try {
            body.call();
            return null;
        } catch (Throwable thrown) {
            return thrown;
        }
    }

    /** After the component's end this is how a body is expected to end. */
    private static boolean comesOfInterrupt(Throwable thrown) {
        for (Throwable each = thrown; each != null; each = each.getCause()) {
            if (each instanceof InterruptedException
                    || each instanceof CancellationException
                    || each instanceof ClosedByInterruptException
                    || each instanceof InterruptedIOException) {
                return true;
            }
        }
        return false;
    }

    /** It has been interrupted if it still ran: tells of it if it has not ended after a while. The scheduler's thread. */
    void expectEnd(Duration patience) {
        CompletableFuture<Void> unused = settled.copy()
                .orTimeout(TimeUnit.NANOSECONDS.convert(patience), TimeUnit.NANOSECONDS)
                .whenComplete((ended, late) -> {
                    if (late != null) {
                        threads.overdue(this, component, patience);
                    }
                });
    }

    /** Nobody is to wait for it any longer: it has ended, or is overdue. */
    void giveUp() {
        threads.settled(this);
        settled.complete(null);
    }

    /** Completes when it has ended, or is overdue. */
    CompletableFuture<Void> settled() {
        return settled;
    }
}
