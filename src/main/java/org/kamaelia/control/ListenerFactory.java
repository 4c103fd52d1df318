package org.kamaelia.control;

import io.vertx.core.json.JsonObject;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.protocol.OptionsSchema;
import org.kamaelia.protocol.Protocol;
import org.kamaelia.protocol.Protocols;
import org.kamaelia.tcp.Certificates;
import org.kamaelia.tcp.ListenPort;
import org.kamaelia.tcp.ListenerOptions;
import org.kamaelia.tcp.ServerTls;

/** Makes runs of listeners, once their options have been held against the protocols, upstreams and certificates there are. */
final class ListenerFactory {
    private final List<Loop> loops;
    private final Protocols protocols;
    private final Policy policy;
    private final Certificates certificates;

    ListenerFactory(List<Loop> loops, Protocols protocols, Policy policy, Certificates certificates) {
        this.loops = loops;
        this.protocols = protocols;
        this.policy = policy;
        this.certificates = certificates;
    }

    /** Throws for options with which no run could be made. */
    void check(ListenerOptions options) {
        JsonObject unused = protocolOptions(options);
        ServerTls unusedToo = tls(options);
        ListenPort.check(options);
    }

    /** Throws for options that go further than the policy. */
    void allow(ListenerOptions options) {
        policy.check(options);
    }

    /**
     * A run that has not begun.
     *
     * @param bound the options with the port to have
     * @throws ControlFailure for options with which none can be made
     */
    ListenerRun make(String name, ListenerOptions bound) {
        JsonObject complete = protocolOptions(bound);
        Protocol protocol = protocol(bound, protocols);
        ListenPort port = new ListenPort(name, bound, tls(bound), protocol.beginsInClear());
        try {
            return new ListenerRun(port, protocol, complete, loops);
        } catch (RuntimeException refused) {
            throw new ControlFailure(
                    Reason.INVALID, "protocol " + bound.protocol() + " cannot serve: " + refused, refused);
        }
    }

    /** With defaults, and leading nowhere that the policy does not allow. */
    private JsonObject protocolOptions(ListenerOptions options) {
        return protocolOptions(options, protocols, policy);
    }

    /** Throws for a protocol that there is not, or that could not serve with its options. */
    static void checkProtocol(ListenerOptions options, Protocols protocols, Policy policy) {
        JsonObject unused = protocolOptions(options, protocols, policy);
    }

    private static JsonObject protocolOptions(ListenerOptions options, Protocols protocols, Policy policy) {
        Protocol protocol = protocol(options, protocols);
        JsonObject complete = OptionsSchema.complete(protocol, options.protocolOptions());
        policy.checkUpstreams(protocol.upstreams(complete));
        return complete;
    }

    private static Protocol protocol(ListenerOptions options, Protocols protocols) {
        Protocol protocol = protocols.find(options.protocol());
        if (protocol == null) {
            throw ControlFailure.at(
                    "/protocol",
                    Reason.INVALID,
                    "protocol \"" + options.protocol() + "\" is unknown: use one of " + protocols.names());
        }
        return protocol;
    }

    private @Nullable ServerTls tls(ListenerOptions options) {
        return options.tls() == null ? null : certificates.serverTls(options.tls());
    }

    private static ControlFailure taken(ListenerOptions bound, String where) {
        if (bound.path() != null) {
            return ControlFailure.at(
                    "/path", Reason.PORT_TAKEN, where + " is taken: use another path, or stop who listens there");
        }
        return bound.portRange() == null
                ? ControlFailure.at(
                        "/port",
                        Reason.PORT_TAKEN,
                        where + " is taken: use another port, or 0 for any free one, or stop who listens there")
                : ControlFailure.at(
                        "/portRange", Reason.PORT_TAKEN, where + " is taken, every port of it: use another range");
    }

    /** Why a run could not begin, in words for the operator. */
    static ControlFailure cannotListen(ListenerOptions bound, Throwable cause) {
        if (cause instanceof ControlFailure told) {
            return told;
        }
        String where = bound.address();
        if (ListenPort.isTaken(cause)) {
            return taken(bound, where);
        }
        boolean host = cause instanceof UnknownHostException
                || String.valueOf(cause.getMessage()).contains("assign requested address");
        return ControlFailure.at(
                bound.path() != null ? "/path" : host ? "/host" : "/port",
                Reason.CANNOT_BIND,
                "cannot listen on " + where + ": "
                        + String.valueOf(cause.getMessage()).strip()
                        + (host ? ": use an address of this host, or a name of one" : permissionWanted(bound, cause)));
    }

    /** What helps where the system keeps low ports to itself; empty where it is something else. */
    private static String permissionWanted(ListenerOptions bound, Throwable cause) {
        boolean low = bound.path() == null && bound.port() > 0 && bound.port() < 1024;
        return low && String.valueOf(cause.getMessage()).contains("Permission denied")
                ? ": use a port from 1024 on, or let the process take lower ones (CAP_NET_BIND_SERVICE)"
                : "";
    }
}
