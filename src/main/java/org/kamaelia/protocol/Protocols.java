package org.kamaelia.protocol;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** The protocols that listeners can speak, by name. Any thread. */
public final class Protocols {
    private final Map<String, Protocol> byName = new ConcurrentSkipListMap<>();

    /** Those on the class path. */
    public static Protocols found() {
        Protocols protocols = new Protocols();
        ServiceLoader.load(Protocol.class, Protocol.class.getClassLoader()).forEach(protocols::register);
        return protocols;
    }

    /**
     * Adds a protocol.
     *
     * @throws IllegalArgumentException if there is one of that name
     */
    public void register(Protocol protocol) {
        if (byName.putIfAbsent(protocol.name(), protocol) != null) {
            throw new IllegalArgumentException("there is a protocol \"" + protocol.name() + "\" already");
        }
    }

    /** The protocol of that name; null if there is none. */
    public @Nullable Protocol find(String name) {
        return byName.get(name);
    }

    /** All of them, by name. */
    public Collection<Protocol> all() {
        return List.copyOf(byName.values());
    }

    /** Their names, for error messages. */
    public Collection<String> names() {
        return List.copyOf(byName.keySet());
    }
}
