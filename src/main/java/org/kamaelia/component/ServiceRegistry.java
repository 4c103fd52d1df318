package org.kamaelia.component;

import java.util.HashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds a service's inbox by name, and keeps named values; one per scheduler, confined to its thread.
 * Axon's {@code coordinatingassistanttracker}.
 */
public final class ServiceRegistry {
    private final Map<String, Inbox<?>> services = new HashMap<>();
    private final Map<String, Object> values = new HashMap<>();
    private final Scheduler scheduler;

    ServiceRegistry(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /**
     * Makes an inbox known as a service, until it is deregistered or closed by its component's end.
     *
     * @throws IllegalArgumentException if the name is taken, or the inbox has been removed or its owner ended
     */
    public void register(String name, Inbox<?> inbox) {
        scheduler.checkThread();
        if (hasEnded(inbox)) {
            throw new IllegalArgumentException(inbox + " cannot serve as \"" + name + "\": "
                    + (inbox.owner.hasEnded() ? "its component has ended" : "it has been removed"));
        }
        if (hasService(name)) {
            throw new IllegalArgumentException("a service \"" + name + "\" is registered already; deregister it first");
        }
        services.put(name, inbox);
    }

    /**
     * Forgets a service; it may have ended.
     *
     * @throws NoSuchElementException if no service of that name was registered
     */
    public void deregister(String name) {
        scheduler.checkThread();
        if (services.remove(name) == null) {
            throw new NoSuchElementException("no service \"" + name + "\" is registered");
        }
    }

    /**
     * The inbox of a service.
     *
     * @throws NoSuchElementException if there is no service of that name
     * @throws IllegalArgumentException if it takes another type
     */
    public <T> Inbox<T> service(String name, Class<T> type) {
        scheduler.checkThread();
        Inbox<?> inbox = services.get(name);
        if (inbox == null || hasEnded(inbox)) {
            throw new NoSuchElementException("no service \"" + name + "\" is registered");
        }
        if (inbox.type != type) {
            throw new IllegalArgumentException("the service \"" + name + "\" takes " + inbox.type.getSimpleName()
                    + ", not " + type.getSimpleName());
        }
        @SuppressWarnings("unchecked")
        Inbox<T> typed = (Inbox<T>) inbox;
        return typed;
    }

    /** While a parent is told of an end, the boxes of its child are still open. */
    private static boolean hasEnded(Inbox<?> inbox) {
        return inbox.isClosed() || inbox.owner.hasEnded();
    }

    /** True if a service of that name is registered and its component has not ended. */
    public boolean hasService(String name) {
        scheduler.checkThread();
        Inbox<?> inbox = services.get(name);
        return inbox != null && !hasEnded(inbox);
    }

    /** The names of the services that can be had now. Axon's {@code servicesRegistered}. */
    public Set<String> serviceNames() {
        scheduler.checkThread();
        Set<String> names = new TreeSet<>(services.keySet());
        names.removeIf(name -> !hasService(name));
        return names;
    }

    /**
     * Keeps a value under a name.
     *
     * @throws IllegalArgumentException if the name is taken
     */
    public void track(String name, Object value) {
        scheduler.checkThread();
        if (values.putIfAbsent(name, value) != null) {
            throw new IllegalArgumentException("a value \"" + name + "\" is tracked already; update it instead");
        }
    }

    /**
     * Replaces a value.
     *
     * @throws NoSuchElementException if no value of that name is tracked
     */
    public void update(String name, Object value) {
        scheduler.checkThread();
        if (values.replace(name, value) == null) {
            throw new NoSuchElementException("no value \"" + name + "\" is tracked");
        }
    }

    /** The value of that name; null if none is tracked. */
    public @Nullable Object retrieve(String name) {
        scheduler.checkThread();
        return values.get(name);
    }

    /**
     * Forgets a value.
     *
     * @throws NoSuchElementException if no value of that name is tracked
     */
    public void untrack(String name) {
        scheduler.checkThread();
        if (values.remove(name) == null) {
            throw new NoSuchElementException("no value \"" + name + "\" is tracked");
        }
    }

    /** The names of the values that are kept. Axon's {@code informationItemsLogged}. */
    public Set<String> valueNames() {
        scheduler.checkThread();
        return new TreeSet<>(values.keySet());
    }
}
