package org.kamaelia.rest;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.kamaelia.control.BoxView;
import org.kamaelia.control.ConnectionDetail;
import org.kamaelia.control.ConnectionPage;
import org.kamaelia.control.ConnectionView;
import org.kamaelia.control.Counts;
import org.kamaelia.control.InfoView;
import org.kamaelia.control.ListenerView;
import org.kamaelia.control.OperationView;
import org.kamaelia.control.ProtocolView;
import org.kamaelia.eventloop.Courtesy;
import org.kamaelia.tcp.CertificateStatus;
import org.kamaelia.tcp.Durations;
import org.kamaelia.tcp.Refusal;
import org.kamaelia.tcp.Refusals;
import org.kamaelia.tcp.TlsFacts;

/** Views of the control plane as the contract's JSON. */
final class Views {

    /** Some ten microseconds' worth. */
    private static final int AT_ONCE = 8;

    private Views() {}

    static JsonObject listener(ListenerView view) {
        JsonObject json = new JsonObject()
                .put("name", view.name())
                .put("revision", view.revision())
                .put("state", view.state().json())
                .put("reason", view.reason())
                .put("origin", view.origin())
                .put("modified", view.modified())
                .put("boundPort", view.boundPort() < 0 ? null : view.boundPort())
                .put("connections", counts(view.connections()))
                .put("bytesIn", view.bytesIn())
                .put("bytesOut", view.bytesOut())
                .put("startedAt", time(view.startedAt()));
        // all options: those that are no protocol's have no such names
        return json.mergeIn(view.options().shown());
    }

    static JsonObject connection(ConnectionView view) {
        JsonObject json = new JsonObject()
                .put("id", view.id())
                .put("listener", view.listener())
                .put("protocol", view.protocol())
                .put("remoteAddress", view.remoteAddress())
                .put("localAddress", view.localAddress())
                .put("state", view.state())
                .put("openedAt", time(view.openedAt()))
                .put("idle", Durations.rough(view.idle()))
                .put("bytesIn", view.bytesIn())
                .put("bytesOut", view.bytesOut())
                .put("tls", tls(view.tls()))
                .put("proxyAddress", view.proxyAddress());
        if (view.closedAt() != null) {
            json.put("closedAt", time(view.closedAt()))
                    .put("closeCause", view.closeCause())
                    .put("closeDetail", view.closeDetail())
                    .put("unsentBytes", view.unsentBytes());
        }
        return json;
    }

    static JsonObject detail(ConnectionDetail detail) {
        return connection(detail.view())
                .put(
                        "boxes",
                        new JsonArray(detail.boxes().stream().map(Views::box).toList()))
                .put("waitsFor", detail.waitsFor());
    }

    static JsonObject page(ConnectionPage page) {
        JsonArray items = new JsonArray();
        for (ConnectionView each : page.items()) {
            if (items.size() % AT_ONCE == 0) {
                Courtesy.giveWay();
            }
            items.add(connection(each));
        }
        return new JsonObject().put("items", items).put("nextCursor", page.nextCursor());
    }

    static JsonObject operation(OperationView view) {
        JsonObject json = new JsonObject()
                .put("id", view.id())
                .put("kind", view.kind())
                .put("target", view.target())
                .put("state", view.state())
                .put("startedAt", time(view.startedAt()))
                .put("endedAt", time(view.endedAt()))
                .put("total", view.total())
                .put("done", view.done())
                .put("detail", view.detail());
        return view.matched() == null ? json : json.put("matched", view.matched());
    }

    static JsonObject protocol(ProtocolView view) {
        return new JsonObject()
                .put("name", view.name())
                .put("description", view.description())
                .put("optionsSchema", view.optionsSchema());
    }

    static JsonObject info(InfoView view, Instant now) {
        Duration uptime = Duration.between(view.startedAt(), now).truncatedTo(ChronoUnit.SECONDS);
        JsonObject limits = new JsonObject();
        view.limits().keySet().stream()
                .sorted()
                .forEach(name -> limits.put(name, view.limits().get(name)));
        return new JsonObject()
                .put("version", view.version())
                .put("startedAt", time(view.startedAt()))
                .put("uptime", Durations.format(uptime))
                .put("javaVersion", view.javaVersion())
                .put("vertxVersion", view.vertxVersion())
                .put("transport", view.transport())
                .put("eventLoops", view.eventLoops())
                .put("limits", limits)
                .put(
                        "certificates",
                        new JsonArray(view.certificates().stream()
                                .map(Views::certificate)
                                .toList()));
    }

    private static JsonObject certificate(CertificateStatus status) {
        return new JsonObject()
                .put("name", status.name())
                .put("subjects", new JsonArray(status.subjects()))
                .put("names", new JsonArray(status.names()))
                .put("notAfter", time(status.notAfter()))
                .put("loadedAt", time(status.loadedAt()))
                .put("problem", status.problem());
    }

    private static @Nullable JsonObject tls(@Nullable TlsFacts facts) {
        return facts == null
                ? null
                : new JsonObject()
                        .put("version", facts.version())
                        .put("cipher", facts.cipher())
                        .put("sni", facts.sni())
                        .put("peerSubject", facts.peerSubject());
    }

    private static JsonObject counts(Counts counts) {
        return new JsonObject()
                .put("open", counts.open())
                .put("limit", counts.limit())
                .put("accepted", counts.accepted())
                .put("rejected", counts.rejected())
                .put("rejectedBy", refusals(counts.rejectedBy()))
                .put("queued", counts.queued())
                .put("closed", counts.closed())
                .put("handshakesFailed", counts.handshakesFailed())
                .put("proxyRefused", counts.proxyRefused());
    }

    private static JsonObject refusals(Refusals refusals) {
        return new JsonObject()
                .put(Refusal.FULL.toString(), refusals.full())
                .put(Refusal.PER_ADDRESS.toString(), refusals.perAddress())
                .put(Refusal.DENIED.toString(), refusals.denied())
                .put(Refusal.UNTRUSTED.toString(), refusals.untrusted());
    }

    private static JsonObject box(BoxView box) {
        return new JsonObject()
                .put("name", box.name())
                .put("waiting", box.waiting())
                .put("bound", box.bound())
                .put("oldest", box.oldest() == null ? null : Durations.rough(box.oldest()))
                .put("unit", box.unit());
    }

    /** RFC 3339 in UTC. */
    private static @Nullable String time(@Nullable Instant instant) {
        return instant == null ? null : instant.truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
