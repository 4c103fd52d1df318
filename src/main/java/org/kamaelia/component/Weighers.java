package org.kamaelia.component;

import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** The weighers on the class path, looked up once per message type. Any thread. */
public final class Weighers {
    /** How many messages a box holds whose type nobody weighs. */
    static final int DEFAULT_MESSAGES = 1_000;

    private static final ClassValue<Known> BY_TYPE = new ClassValue<>() {
        @Override
        protected Known computeValue(Class<?> type) {
            for (MessageWeigher weigher :
                    ServiceLoader.load(MessageWeigher.class, MessageWeigher.class.getClassLoader())) {
                if (weigher.type() == type) {
                    return new Known(weigher);
                }
            }
            return new Known(null);
        }
    };

    private record Known(@Nullable MessageWeigher weigher) {}

    private Weighers() {}

    /** The weigher of a message type; null where messages are counted. */
    public static @Nullable MessageWeigher of(Class<?> type) {
        return BY_TYPE.get(type).weigher();
    }

    static int defaultBound(Class<?> type) {
        return defaultBound(of(type));
    }

    /** The bound of what says nothing else: so many messages, or what the weigher says. */
    public static int defaultBound(@Nullable MessageWeigher weigher) {
        return weigher == null ? DEFAULT_MESSAGES : Math.toIntExact(weigher.defaultBound());
    }
}
