package org.kamaelia.eventloop;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Component;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Outbox;

/** A threaded component whose body is what a test says. */
final class Worker extends ThreadedComponent {
    interface Body {
        void run(Worker self) throws Exception;
    }

    final ThreadInbox<String> in;
    final ThreadOutbox<String> out;
    final CountDownLatch returned = new CountDownLatch(1);
    final List<@Nullable Throwable> ends = new ArrayList<>();
    private final Body body;

    Worker(Body body) {
        this(0, 0, body);
    }

    Worker(int inBound, int outBound, Body body) {
        in = toThread(inbox("inbox", String.class), inBound);
        out = fromThread(outbox("outbox", String.class), outBound);
        this.body = body;
    }

    Worker boxBound(int bound) {
        in.box().bound(bound);
        return this;
    }

    Worker platform() {
        onPlatformThread();
        return this;
    }

    Worker patient(java.time.Duration time) {
        patience(time);
        return this;
    }

    @Override
    protected void run() throws Exception {
        try {
            body.run(this);
        } finally {
            returned.countDown();
        }
    }

    @Override
    protected void ending(@Nullable Throwable failure) {
        ends.add(failure);
    }

    // What a body in a lambda may call.

    <R> R onLoop(Supplier<R> work) throws InterruptedException {
        return call(work);
    }

    void waitForTurn() throws InterruptedException {
        sync();
    }

    boolean rest(java.time.Duration atMost) throws InterruptedException {
        return pause(atMost);
    }

    void rest() throws InterruptedException {
        pause();
    }

    boolean finishing() {
        return isFinishing();
    }

    <T> ThreadInbox<T> give(Inbox<T> inbox) {
        return toThread(inbox);
    }

    <T> ThreadOutbox<T> give(Outbox<T> outbox) {
        return fromThread(outbox);
    }

    Inbox<String> more(String name) {
        return addInbox(name, String.class);
    }

    Outbox<String> moreOut(String name) {
        return addOutbox(name, String.class);
    }

    void join(Outbox<String> from, Inbox<String> to) {
        link(from, to);
    }

    void without(ThreadInbox<?> end) {
        remove(end);
    }

    void without(ThreadOutbox<?> end) {
        remove(end);
    }

    void start(Component other) {
        activate(other);
    }
}
