package org.kamaelia.rest;

import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.kamaelia.component.Event;
import org.kamaelia.component.Scheduler;
import org.kamaelia.control.ControlPlane;
import org.kamaelia.control.Policy;
import org.kamaelia.eventloop.SchedulerVerticle;
import org.kamaelia.observe.LogbackLevels;
import org.kamaelia.protocol.Protocol;
import org.kamaelia.protocol.Protocols;
import org.kamaelia.tcp.CertificateFiles;
import org.kamaelia.tcp.Certificates;

/** What a plane operates: a control plane over two schedulers, as the module's own door makes it. */
final class Operated {

    private Operated() {}

    static ControlPlane on(Vertx vertx) {
        return on(vertx, Certificates.none(vertx));
    }

    /** @param certificates that listeners may name */
    static ControlPlane on(Vertx vertx, Map<String, CertificateFiles> certificates) {
        return on(vertx, certificates, new ArrayList<>());
    }

    /** @param schedulers gets its two schedulers, for components of a test's own */
    static ControlPlane on(Vertx vertx, Map<String, CertificateFiles> certificates, List<Scheduler> schedulers) {
        return on(
                vertx,
                Certificates.load(vertx, certificates, event -> {})
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join(),
                schedulers);
    }

    static ControlPlane on(Vertx vertx, Certificates certificates) {
        return on(vertx, certificates, new ArrayList<>());
    }

    /** @param more what listeners may speak besides */
    static ControlPlane on(Vertx vertx, List<Protocol> more) {
        return on(vertx, Certificates.none(vertx), new ArrayList<>(), more);
    }

    private static ControlPlane on(Vertx vertx, Certificates certificates, List<Scheduler> schedulers) {
        return on(vertx, certificates, schedulers, List.of());
    }

    private static ControlPlane on(
            Vertx vertx, Certificates certificates, List<Scheduler> schedulers, List<Protocol> more) {
        Protocols protocols = Protocols.found();
        more.forEach(protocols::register);
        List<ControlPlane> observers = new CopyOnWriteArrayList<>();
        schedulers.add(scheduler(vertx, observers));
        schedulers.add(scheduler(vertx, observers));
        ControlPlane control = new ControlPlane(
                ((VertxInternal) vertx).createEventLoopContext(),
                schedulers,
                protocols,
                Policy.defaults(),
                certificates,
                event -> {});
        control.logLevels(LogbackLevels.find());
        observers.add(control);
        control.opened();
        return control;
    }

    private static Scheduler scheduler(Vertx vertx, List<ControlPlane> observers) {
        SchedulerVerticle verticle = new SchedulerVerticle((Event event) -> observers.forEach(to -> to.observe(event)));
        try {
            vertx.deployVerticle(verticle)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return verticle.scheduler();
    }
}
