package org.kamaelia.component;

import java.util.HashMap;
import java.util.Map;
import java.util.function.ToLongFunction;

/** One scheduler's accounts, by the class of component. Confined to its thread. */
final class Accounts {
    private final Map<Class<?>, KindAccount> byKind = new HashMap<>();

    KindAccount of(Component component) {
        KindAccount known = component.kind;
        return known != null ? known : byKind.computeIfAbsent(component.getClass(), KindAccount::new);
    }

    long total(ToLongFunction<KindAccount> counter) {
        return byKind.values().stream().mapToLong(counter).sum();
    }

    /** What the steps of those that are active must be added to. */
    Map<KindAccount, Long> stepsOfEnded() {
        Map<KindAccount, Long> ended = new HashMap<>();
        byKind.values().forEach(kind -> ended.put(kind, kind.steps));
        return ended;
    }
}
