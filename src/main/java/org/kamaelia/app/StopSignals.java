package org.kamaelia.app;

import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * SIGTERM, SIGINT and SIGHUP, which comes when a terminal goes: the first asks for a graceful stop, a second ends the process at
 * once. Who starts it with one of them ignored, as {@code nohup} does, has it ignored.
 *
 * <p>Not a shutdown hook, because the JVM starts all hooks together and at once: Vert.x's own would remove its files
 * under connections that still drain, a second signal would wait behind the first, and the exit status would be 143
 * whatever the hook does, short of halting while other hooks run. With a handler the JVM goes on as ever until the
 * drain is over, and then exits with the status that {@link Main} chooses.
 *
 * <p>{@code sun.misc.Signal} is what the JDK has for this, in the module {@code jdk.unsupported}; it is reached by
 * reflection since javac has no way to accept its warning. Where it is missing, or the JVM runs with {@code -Xrs},
 * signals keep the JVM's own meaning and end the process without a drain.
 */
final class StopSignals {

    private static final int SIGNALLED = 128;

    private final CompletableFuture<String> first = new CompletableFuture<>();
    private final PrintStream err;

    private StopSignals(PrintStream err) {
        this.err = err;
    }

    /**
     * Takes the signals over from the JVM.
     *
     * @param err is told of a second one: the log may be read by nobody who sits there
     */
    static StopSignals take(PrintStream err) {
        StopSignals signals = new StopSignals(err);
        List.of("TERM", "INT", "HUP").forEach(signals::take);
        return signals;
    }

    /** Completes with the name of the first signal, on a thread of the JVM's own. */
    CompletableFuture<String> first() {
        return first.copy();
    }

    private void take(String name) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object ours = Proxy.newProxyInstance(
                    handler.getClassLoader(),
                    new Class<?>[] {handler},
                    (proxy, method, arguments) -> switch (method.getName()) {
                        case "handle" -> {
                            handle(name, (int) signal.getMethod("getNumber").invoke(arguments[0]));
                            yield null;
                        }
                        case "hashCode" -> System.identityHashCode(proxy);
                        case "equals" -> proxy == arguments[0];
                        default -> "stop on SIG" + name;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
        } catch (ClassNotFoundException | InvocationTargetException keptByTheJvm) {
            // see above: the JVM's own meaning
        } catch (ReflectiveOperationException broken) {
            throw new IllegalStateException("sun.misc.Signal is not what it was", broken);
        }
    }

    private void handle(String name, int number) {
        if (!first.complete("SIG" + name)) {
            err.println(Main.NAME + ": SIG" + name + " again: ended at once, and connections with it");
            Runtime.getRuntime().halt(SIGNALLED + number);
        }
    }
}
