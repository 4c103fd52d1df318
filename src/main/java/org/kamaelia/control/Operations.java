package org.kamaelia.control;

import io.vertx.core.Future;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.Event;
import org.kamaelia.control.ControlFailure.Reason;

/** The operations that run, and those that ended last. Confined like {@link Listeners}. */
final class Operations {
    private static final int KEPT = 1_000;

    private final String prefix =
            "op-" + Long.toString(new SecureRandom().nextLong() >>> 40, Character.MAX_RADIX) + "-";

    private final Map<String, Operation> byId = new LinkedHashMap<>();
    private final Consumer<? super Event> events;
    private long last;

    /** @param events told of each that begins or ends */
    Operations(Consumer<? super Event> events) {
        this.events = events;
    }

    Operation begin(
            String kind,
            @Nullable String target,
            long total,
            LongSupplier left,
            @Nullable Long matched,
            Function<Operation, Future<Void>> canceller) {
        Operation operation = new Operation(prefix + ++last, kind, target, total, left, matched, canceller, events);
        byId.put(operation.id, operation);
        Iterator<Operation> oldest = byId.values().iterator();
        while (byId.size() > KEPT && oldest.hasNext()) {
            if (!oldest.next().isRunning()) {
                oldest.remove();
            }
        }
        events.accept(new OperationChanged(operation.view()));
        return operation;
    }

    /** In the order in which they began. */
    List<OperationView> views() {
        List<OperationView> views = new ArrayList<>();
        byId.values().forEach(each -> views.add(each.view()));
        return views;
    }

    Operation find(String id) {
        Operation operation = byId.get(id);
        if (operation == null) {
            throw new ControlFailure(
                    Reason.NOT_FOUND, "operation \"" + id + "\" is unknown, or ended long ago: list /operations");
        }
        return operation;
    }
}
