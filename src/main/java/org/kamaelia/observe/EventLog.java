package org.kamaelia.observe;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.kamaelia.chassis.HandlerRefused;
import org.kamaelia.chassis.HandlerWithoutBoxes;
import org.kamaelia.component.ComponentFailed;
import org.kamaelia.component.Event;
import org.kamaelia.component.StepOverdue;
import org.kamaelia.control.AuditLost;
import org.kamaelia.control.AuditRecord;
import org.kamaelia.control.AuditTrouble;
import org.kamaelia.control.Audited;
import org.kamaelia.control.Belonging;
import org.kamaelia.control.CallsRefused;
import org.kamaelia.control.ListenerChanged;
import org.kamaelia.control.ListenerOverruled;
import org.kamaelia.control.ListenerState;
import org.kamaelia.control.Located;
import org.kamaelia.control.StateFileRefused;
import org.kamaelia.control.TokenFileTrouble;
import org.kamaelia.eventloop.ThreadOverdue;
import org.kamaelia.tcp.CertificateChanged;
import org.kamaelia.tcp.CloseCause;
import org.kamaelia.tcp.ClosedConnection;
import org.kamaelia.tcp.ConnectionsRefused;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one line for each event: listeners, certificates, changes with refused calls, and failures by logger {@code org.kamaelia.listener},
 * {@code org.kamaelia.certificate}, {@code org.kamaelia.audit} and {@code org.kamaelia.component}, each connection's end by
 * {@code org.kamaelia.connection}. Any thread.
 */
public final class EventLog implements Consumer<Event> {
    private static final int FRAMES_SHOWN = 16;

    private static final Logger LISTENER = LoggerFactory.getLogger("org.kamaelia.listener");
    private static final Logger CONNECTION = LoggerFactory.getLogger("org.kamaelia.connection");
    private static final Logger CERTIFICATE = LoggerFactory.getLogger("org.kamaelia.certificate");
    private static final Logger AUDIT = LoggerFactory.getLogger("org.kamaelia.audit");
    private static final Logger COMPONENT = LoggerFactory.getLogger("org.kamaelia.component");

    @Override
    public void accept(Event told) {
        Event event = Located.of(told);
        if (event instanceof ClosedConnection closed) {
            if (isWorse(closed) ? CONNECTION.isWarnEnabled() : CONNECTION.isInfoEnabled()) {
                closed(closed);
            }
        } else if (event instanceof ListenerChanged changed) {
            changed(changed);
        } else if (event instanceof ConnectionsRefused refused) {
            LISTENER.warn(
                    "listener {} refused {} connections ({}), the last from {}; more are told of in 10 s at the soonest",
                    refused.listener(),
                    refused.count(),
                    refused.cause(),
                    refused.lastAddress());
        } else if (event instanceof StateFileRefused refused) {
            LISTENER.error(
                    "{} is not what was written there, and its listener is not started: {}; it is kept as {}",
                    refused.file(),
                    refused.problem(),
                    refused.keptAs());
        } else if (event instanceof ListenerOverruled overruled) {
            LISTENER.warn(
                    "listener {} is the configuration's; the one that the API made and {} keeps is not started",
                    overruled.listener(),
                    overruled.file());
        } else if (event instanceof CertificateChanged changed) {
            changed(changed);
        } else if (event instanceof Audited audited) {
            audited(audited.entry());
        } else if (event instanceof CallsRefused refused) {
            AUDIT.warn(
                    "{} calls were turned away ({}), the last from {}{}; more are told of in 10 s at the soonest",
                    refused.count(),
                    refused.problem(),
                    refused.lastAddress(),
                    refused.lastCaller() == null ? "" : " by " + refused.lastCaller());
        } else if (event instanceof TokenFileTrouble trouble) {
            trouble(trouble);
        } else if (event instanceof AuditTrouble trouble) {
            trouble(trouble);
        } else if (event instanceof AuditLost lost) {
            AUDIT.error("not in {}, and told here instead: {}", lost.file(), lost.line());
        } else if (event instanceof Located located) {
            befallen(located.event(), located.whose());
        } else if (event instanceof ThreadOverdue overdue) {
            COMPONENT.warn(
                    "component {} has ended and its thread has not, {} ms after it was interrupted",
                    overdue.component(),
                    overdue.waited().toMillis());
        } else if (event instanceof HandlerWithoutBoxes without) {
            COMPONENT.warn(
                    "handler {} of connection {} of listener {} has neither an inbox called inbox nor an outbox called outbox:"
                            + " it can't read what the peer sends, nor answer; a handler asks for them when it is made",
                    without.handler(),
                    without.connection(),
                    without.listener());
        } else if (event instanceof HandlerRefused refused) {
            COMPONENT.error(
                    "connection {} of listener {} got no handler and was closed",
                    refused.connection(),
                    refused.listener(),
                    refused.cause());
        }
    }

    private static void befallen(Event event, Belonging whose) {
        if (event instanceof ComponentFailed failed) {
            COMPONENT.error("component {}{} failed and has ended", failed.component(), whose, failed.cause());
        } else if (event instanceof StepOverdue overdue) {
            COMPONENT.warn(
                    "a step of {}{} has been under way for {} ms and holds up its event loop, at{}",
                    overdue.component() == null ? "work from outside" : overdue.component(),
                    whose,
                    overdue.since().toMillis(),
                    innermost(overdue.where()));
        }
    }

    private static String innermost(List<StackTraceElement> where) {
        return where.stream()
                .limit(FRAMES_SHOWN)
                .map(each -> System.lineSeparator() + "    " + each)
                .collect(Collectors.joining());
    }

    private static boolean isWorse(ClosedConnection closed) {
        return closed.cause() == CloseCause.ABORTED
                || closed.cause() == CloseCause.WRITE_TIMEOUT
                || closed.cause() == CloseCause.HANDLER_FAILED;
    }

    private static void closed(ClosedConnection closed) {
        String format = "connection {} of {} from {} closed: {}, open {} ms, in {} B, out {} B, unsent {} B{}";
        Object[] facts = {
            closed.id(),
            closed.listener(),
            closed.proxyAddress() == null
                    ? closed.remoteAddress()
                    : closed.remoteAddress() + " through " + closed.proxyAddress(),
            closed.cause(),
            Duration.between(closed.openedAt(), closed.closedAt()).toMillis(),
            closed.bytesIn(),
            closed.bytesOut(),
            closed.unsentBytes(),
            closed.detail() == null ? "" : " (" + closed.detail() + ")"
        };
        if (isWorse(closed)) {
            CONNECTION.warn(format, facts);
        } else {
            CONNECTION.info(format, facts);
        }
    }

    private static void changed(CertificateChanged changed) {
        if (changed.problem() == null) {
            CERTIFICATE.info(
                    "certificate {} has been replaced, and is valid until {}",
                    changed.certificate(),
                    changed.notAfter());
        } else {
            CERTIFICATE.warn(
                    "certificate {} cannot be replaced, and the one before stays in use: {}",
                    changed.certificate(),
                    changed.problem());
        }
    }

    private static void audited(AuditRecord entry) {
        AUDIT.info(
                "{} ({}, {}{}) {}{}: {}{}",
                entry.caller().name(),
                entry.caller().role().word(),
                entry.caller().door().word(),
                entry.caller().from() == null ? "" : " from " + entry.caller().from(),
                entry.operation(),
                entry.target() == null ? "" : " " + entry.target(),
                entry.outcome().word(),
                entry.problem() == null ? "" : ", " + entry.problem());
    }

    private static void trouble(TokenFileTrouble trouble) {
        if (trouble.problem() == null) {
            AUDIT.info("token file {} is right again", trouble.file());
        } else {
            AUDIT.error("nobody is let in until the token file is mended: {}", trouble.problem());
        }
    }

    private static void trouble(AuditTrouble trouble) {
        if (trouble.problem() == null) {
            AUDIT.info("{} takes records again, and those that waited for it", trouble.file());
        } else {
            AUDIT.error(
                    "{} cannot be written: {}; records wait, and it is tried again every second",
                    trouble.file(),
                    trouble.problem());
        }
    }

    private static void changed(ListenerChanged changed) {
        String where = changed.boundPort() < 0 ? changed.address() : changed.address() + ":" + changed.boundPort();
        String why = changed.reason() == null ? "" : ": " + changed.reason();
        String format = "listener {} ({} on {}) is {}{}";
        Object[] facts = {
            changed.listener(), changed.protocol(), where, changed.state().json(), why
        };
        if (changed.state() == ListenerState.FAILED || changed.state() == ListenerState.DEGRADED) {
            LISTENER.warn(format, facts);
        } else {
            LISTENER.info(format, facts);
        }
    }
}
