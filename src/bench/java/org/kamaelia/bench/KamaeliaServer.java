package org.kamaelia.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.kamaelia.Kamaelia;
import org.kamaelia.KamaeliaOptions;
import org.kamaelia.control.AdminLimits;
import org.kamaelia.control.AdminOptions;
import org.kamaelia.control.Policy;
import org.kamaelia.tcp.HostPorts;
import org.kamaelia.tcp.ListenerOptions;
import org.kamaelia.tcp.PortRange;
import org.kamaelia.tcp.TlsOptions;

/** Our listeners as an embedder starts them, with their accounting on as it ships. */
final class KamaeliaServer implements EchoServer {

    /** The raw servers have no limit; the default would be a share of the descriptors that idle connections need. */
    private static final int NO_LIMIT = 100_000;

    /** A client may ask as often as it likes: what it could not ask in time, it makes up for. */
    private static final AdminLimits ANY_RATE = AdminLimits.defaults().rate(1_000_000, 1_000_000);

    private static final String CERTIFICATE = "bench";

    @Override
    public Listening listen(Duty duty) throws Exception {
        // operators have an event loop of their own, as in the runnable jar
        VertxLoops loops =
                VertxLoops.open(duty.service() == Service.OPERATED ? duty.eventLoops() + 1 : duty.eventLoops());
        KamaeliaOptions options = new KamaeliaOptions().eventLoops(duty.eventLoops());
        if (duty.service() == Service.TLS_ECHO) {
            options = options.certificate(CERTIFICATE, BenchCertificate.FILES);
        } else if (duty.service() == Service.RELAY) {
            options = options.policy(policy(duty.upstreamPort()));
        } else if (duty.service() == Service.OPERATED) {
            options = options.admin(
                    AdminOptions.defaults().port(duty.upstreamPort()).limits(ANY_RATE));
        }
        Kamaelia kamaelia = Kamaelia.create(loops.vertx(), options);
        ListenerOptions listener = listener(duty).host(HOST).port(0).maxConnections(NO_LIMIT);
        return new Listening(VertxLoops.await(kamaelia.start(listener)).port(), loops.transport());
    }

    private static ListenerOptions listener(Duty duty) {
        return switch (duty.service()) {
            case ECHO, OPERATED -> ListenerOptions.of("echo");
            case TLS_ECHO -> ListenerOptions.of("echo").tls(TlsOptions.of(CERTIFICATE));
            case RELAY ->
                ListenerOptions.of("relay")
                        .protocolOptions(new JsonObject()
                                .put("upstreams", new JsonArray().add(HOST + ":" + duty.upstreamPort())));
        };
    }

    private static Policy policy(int upstreamPort) {
        Policy defaults = Policy.defaults();
        return new Policy(
                defaults.ports(),
                defaults.hosts(),
                defaults.protocols(),
                defaults.socketDirectory(),
                List.of(new HostPorts(HOST, new PortRange(upstreamPort, upstreamPort))));
    }
}
