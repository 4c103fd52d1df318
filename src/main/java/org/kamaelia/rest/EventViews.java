package org.kamaelia.rest;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.kamaelia.chassis.HandlerWithoutBoxes;
import org.kamaelia.component.Event;
import org.kamaelia.control.AuditTrouble;
import org.kamaelia.control.Audited;
import org.kamaelia.control.CallsRefused;
import org.kamaelia.control.ConnectionView;
import org.kamaelia.control.Fault;
import org.kamaelia.control.Happening;
import org.kamaelia.control.ListenerChanged;
import org.kamaelia.control.ListenerOverruled;
import org.kamaelia.control.OperationChanged;
import org.kamaelia.control.Role;
import org.kamaelia.control.StateFileRefused;
import org.kamaelia.control.StepHeldUp;
import org.kamaelia.control.TokenFileTrouble;
import org.kamaelia.eventloop.ThreadOverdue;
import org.kamaelia.tcp.CertificateChanged;
import org.kamaelia.tcp.ClosedConnection;
import org.kamaelia.tcp.ConnectionsRefused;
import org.kamaelia.tcp.Durations;

/** Events as the contract's JSON. */
final class EventViews {

    /**
     * How the events of one class are told.
     *
     * @param least who may see it
     * @param listener which one it is about; null for none
     */
    record View(
            String type, Role least, Function<Event, @Nullable String> listener, Function<Event, JsonObject> data) {}

    private static final int FRAMES_SHOWN = 16;

    private static final Map<Class<?>, View> VIEWS = new LinkedHashMap<>();

    static {
        add("listener-changed", ListenerChanged.class, ListenerChanged::listener, EventViews::changed);
        add(
                "connection-closed",
                ClosedConnection.class,
                ClosedConnection::listener,
                closed -> Views.connection(ConnectionView.of(closed)));
        add("connections-refused", ConnectionsRefused.class, ConnectionsRefused::listener, EventViews::refused);
        add("listener-overruled", ListenerOverruled.class, ListenerOverruled::listener, overruled -> new JsonObject());
        add("state-file-refused", StateFileRefused.class, refused -> null, EventViews::refused);
        add(
                "operation-changed",
                OperationChanged.class,
                changed -> changed.operation().target(),
                each -> Views.operation(each.operation()));
        add("certificate-changed", CertificateChanged.class, changed -> null, EventViews::changed);
        add("failure", Fault.class, Fault::listener, EventViews::fault);
        add("handler-without-boxes", HandlerWithoutBoxes.class, HandlerWithoutBoxes::listener, EventViews::without);
        add("step-overdue", StepHeldUp.class, StepHeldUp::listener, EventViews::overdue);
        add("thread-overdue", ThreadOverdue.class, overdue -> null, EventViews::overdue);
        add("audit-trouble", AuditTrouble.class, trouble -> null, EventViews::trouble);
        add("token-file-trouble", TokenFileTrouble.class, trouble -> null, EventViews::trouble, Role.OPERATOR);
        add("calls-refused", CallsRefused.class, refused -> null, EventViews::refused, Role.OPERATOR);
        add("audit", Audited.class, audited -> null, audited -> audited.entry().facts(), Role.ADMIN);
    }

    private EventViews() {}

    /** What {@code type} may be. */
    static List<String> types() {
        return VIEWS.values().stream().map(View::type).toList();
    }

    /** The classes of events that anybody is told of. */
    static Set<Class<?>> classes() {
        return Set.copyOf(VIEWS.keySet());
    }

    /** The view of an event; null for one that nobody is told of. */
    static @Nullable View of(Event event) {
        return VIEWS.get(event.getClass());
    }

    /** The least role that may see events of a type. */
    static Role least(String type) {
        return VIEWS.values().stream()
                .filter(view -> view.type().equals(type))
                .map(View::least)
                .findFirst()
                .orElse(Role.VIEWER);
    }

    /** The whole of an event. */
    static JsonObject json(String id, Happening happening, View view) {
        Event event = happening.event();
        return new JsonObject()
                .put("id", id)
                .put("at", happening.at().truncatedTo(ChronoUnit.MILLIS).toString())
                .put("type", view.type())
                .put("listener", view.listener().apply(event))
                .put("data", view.data().apply(event));
    }

    private static <E extends Event> void add(
            String type, Class<E> kind, Function<E, @Nullable String> listener, Function<E, JsonObject> data) {
        add(type, kind, listener, data, Role.VIEWER);
    }

    private static <E extends Event> void add(
            String type,
            Class<E> kind,
            Function<E, @Nullable String> listener,
            Function<E, JsonObject> data,
            Role least) {
        VIEWS.put(
                kind,
                new View(
                        type, least, event -> listener.apply(kind.cast(event)), event -> data.apply(kind.cast(event))));
    }

    private static JsonObject changed(ListenerChanged changed) {
        return new JsonObject()
                .put("name", changed.listener())
                .put("state", changed.state().json())
                .put("reason", changed.reason())
                .put("protocol", changed.protocol())
                .put("address", changed.address())
                .put("boundPort", changed.boundPort() < 0 ? null : changed.boundPort());
    }

    private static JsonObject refused(ConnectionsRefused refused) {
        return new JsonObject()
                .put("cause", refused.cause().toString())
                .put("count", refused.count())
                .put("lastAddress", refused.lastAddress());
    }

    private static JsonObject refused(CallsRefused refused) {
        return new JsonObject()
                .put("problem", refused.problem())
                .put("count", refused.count())
                .put("total", refused.total())
                .put("lastCaller", refused.lastCaller())
                .put("lastAddress", refused.lastAddress());
    }

    private static JsonObject refused(StateFileRefused refused) {
        return new JsonObject()
                .put("file", String.valueOf(refused.file().getFileName()))
                .put("keptAs", String.valueOf(refused.keptAs().getFileName()))
                .put("problem", refused.problem());
    }

    private static JsonObject changed(CertificateChanged changed) {
        return new JsonObject()
                .put("name", changed.certificate())
                .put(
                        "notAfter",
                        changed.notAfter() == null ? null : changed.notAfter().toString())
                .put("problem", changed.problem());
    }

    private static JsonObject fault(Fault fault) {
        return new JsonObject()
                .put("component", fault.component())
                .put("componentId", fault.componentId())
                .put("connection", fault.connection())
                .put("failure", fault.failure());
    }

    private static JsonObject without(HandlerWithoutBoxes without) {
        return new JsonObject().put("component", without.handler()).put("connection", without.connection());
    }

    private static JsonObject overdue(StepHeldUp overdue) {
        List<String> where = overdue.where().stream()
                .limit(FRAMES_SHOWN)
                .map(StackTraceElement::toString)
                .toList();
        return new JsonObject()
                .put("component", overdue.component())
                .put("componentId", overdue.componentId())
                .put("connection", overdue.connection())
                .put("since", Durations.format(overdue.since().truncatedTo(ChronoUnit.MILLIS)))
                .put("where", new JsonArray(where));
    }

    private static JsonObject overdue(ThreadOverdue overdue) {
        return new JsonObject()
                .put("component", overdue.component())
                .put("since", Durations.format(overdue.waited().truncatedTo(ChronoUnit.MILLIS)));
    }

    private static JsonObject trouble(TokenFileTrouble trouble) {
        return new JsonObject().put("problem", trouble.problem());
    }

    private static JsonObject trouble(AuditTrouble trouble) {
        return new JsonObject()
                .put("problem", trouble.problem())
                .put("waiting", trouble.waiting())
                .put("lost", trouble.lost());
    }
}
