package org.kamaelia.eventloop;

import static java.lang.invoke.MethodType.methodType;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import org.jspecify.annotations.Nullable;

/** Makes threads: virtual where the JVM has them, looked up once, since this is compiled for one that has not. */
final class NewThread {
    /** The first JVM that has them without a flag. */
    private static final int FIRST_WITH_VIRTUAL_THREADS = 21;

    /** (name, body) to a thread that is not started; null where there are no virtual threads. */
    private static final @Nullable MethodHandle VIRTUAL = lookUp();

    private NewThread() {}

    /** A virtual thread; a {@link #platform} one where the JVM has none. Not started. */
    static Thread virtual(String name, Runnable body) {
        MethodHandle make = VIRTUAL;
        if (make == null) {
            return platform(name, body);
        }
        try {
            return (Thread) make.invokeExact(name, body);
        } catch (Throwable thrown) {
            throw new IllegalStateException("cannot make a virtual thread", thrown);
        }
    }

    /** A thread of the operating system that does not keep the JVM running. Not started. */
    static Thread platform(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        return thread;
    }

    /** {@code (name, body) -> Thread.ofVirtual().name(name).unstarted(body)}. */
    private static @Nullable MethodHandle lookUp() {
        if (Runtime.version().feature() < FIRST_WITH_VIRTUAL_THREADS) {
            return null;
        }
        try {
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            Class<?> builder = Class.forName("java.lang.Thread$Builder$OfVirtual");
            MethodHandle ofVirtual = lookup.findStatic(Thread.class, "ofVirtual", methodType(builder));
            MethodHandle name = lookup.findVirtual(builder, "name", methodType(builder, String.class));
            MethodHandle unstarted = lookup.findVirtual(builder, "unstarted", methodType(Thread.class, Runnable.class));
            return MethodHandles.collectArguments(unstarted, 0, MethodHandles.foldArguments(name, ofVirtual));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
