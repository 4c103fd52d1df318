package org.kamaelia.rest;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.kamaelia.component.BoxSnapshot;
import org.kamaelia.component.ForOperators;
import org.kamaelia.component.KindCounters;
import org.kamaelia.control.ComponentDetail;
import org.kamaelia.control.ComponentPage;
import org.kamaelia.control.ComponentView;
import org.kamaelia.control.Delivery;
import org.kamaelia.tcp.Durations;

/** Views of components as the contract's JSON. */
final class ComponentJson {

    private ComponentJson() {}

    static JsonObject page(ComponentPage page) {
        return new JsonObject()
                .put("items", array(page.items(), ComponentJson::component))
                .put("nextCursor", page.nextCursor());
    }

    static JsonObject component(ComponentView view) {
        return new JsonObject()
                .put("id", view.id())
                .put("name", view.name())
                .put("kind", view.kind())
                .put("loop", view.loop())
                .put("state", view.awake() ? "awake" : "asleep")
                .put("parent", view.parent())
                .put("steps", view.steps())
                .put("busyMicros", micros(view.busy()))
                .put("waitsFor", array(view.waits(), ComponentJson::wait))
                .put("connection", view.connection())
                .put("listener", view.listener());
    }

    private static JsonObject wait(ComponentView.Wait wait) {
        JsonObject json = new JsonObject().put("what", wait.what().word());
        return switch (wait.what()) {
            case MESSAGE -> json;
            case ROOM -> json.put("outbox", wait.outbox()).put("full", place(wait.full()));
            case DEADLINE -> json.put("left", Durations.rough(wait.left() == null ? Duration.ZERO : wait.left()));
            case CHILD -> json.put("children", wait.children());
        };
    }

    static JsonObject detail(ComponentDetail detail) {
        return component(detail.view())
                .put("boxes", array(detail.boxes(), ComponentJson::box))
                .put(
                        "linkages",
                        array(
                                detail.linkages(),
                                each -> new JsonObject()
                                        .put("source", place(each.source()))
                                        .put("sink", place(each.sink()))));
    }

    private static JsonObject box(ComponentDetail.Box box) {
        ForOperators<?> operators = box.operators();
        JsonObject json = new JsonObject()
                .put("name", box.name())
                .put("type", box.type())
                .put("direction", box.inbox() ? "in" : "out")
                .put("operators", operators != null);
        if (operators != null) {
            json.put("takes", takes(operators));
        }
        if (box.leadsTo() != null) {
            json.put("leadsTo", place(box.leadsTo()));
        }
        if (box.destination() != null) {
            json.put("destination", place(box.destination()));
        }
        return box.fill() == null ? json : json.mergeIn(fill(box.fill()));
    }

    private static JsonObject fill(BoxSnapshot.Fill fill) {
        JsonObject json = new JsonObject()
                .put("messages", fill.messages())
                .put("waiting", fill.used())
                .put("bound", fill.bound())
                .put("peak", fill.peak())
                .put("unit", fill.unit());
        return fill.oldest() == null ? json : json.put("oldest", Durations.rough(fill.oldest()));
    }

    private static JsonObject takes(ForOperators<?> operators) {
        return new JsonObject()
                .put("form", operators.form().name().toLowerCase(Locale.ROOT))
                .put("description", operators.takes());
    }

    private static @Nullable JsonObject place(ComponentView.@Nullable Place place) {
        return place == null
                ? null
                : new JsonObject()
                        .put("component", place.component())
                        .put("name", place.name())
                        .put("box", place.box());
    }

    static JsonObject delivery(Delivery delivery) {
        return new JsonObject()
                .put("component", delivery.component())
                .put("box", delivery.box())
                .put("before", delivery.before())
                .put("collected", delivery.collected());
    }

    static JsonObject kind(KindCounters kind) {
        return new JsonObject()
                .put("kind", kind.kind())
                .put("active", kind.active())
                .put("started", kind.started())
                .put("steps", kind.steps())
                .put("busyMicros", micros(kind.busy()))
                .put("toNowhere", kind.toNowhere())
                .put("refused", kind.refused())
                .put("failures", kind.failures());
    }

    private static long micros(Duration duration) {
        return duration.toNanos() / 1_000;
    }

    private static <T> JsonArray array(List<T> items, Function<T, JsonObject> view) {
        return new JsonArray(items.stream().map(view).toList());
    }
}
