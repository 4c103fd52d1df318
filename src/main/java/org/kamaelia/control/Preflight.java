package org.kamaelia.control;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import org.jspecify.annotations.Nullable;
import org.kamaelia.protocol.Protocols;
import org.kamaelia.tcp.Certificates;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.InvalidOptions.Problem;
import org.kamaelia.tcp.ListenPort;
import org.kamaelia.tcp.ListenerOptions;
import org.kamaelia.tcp.TlsOptions;

/**
 * Collects what is wrong, check by check, so that all of it can be told at once. What a check throws beside that, be it a
 * protocol's fault, is told like the rest and keeps no other check from being made. For one thread.
 */
public final class Preflight {
    private final List<Problem> problems = new ArrayList<>();

    /** Something that throws {@link InvalidOptions}, or a {@link ControlFailure}, for what is wrong. */
    @FunctionalInterface
    public interface Check {
        void run();
    }

    public Preflight() {}

    /** Notes the problems that another one has found. */
    public Preflight add(List<Problem> found) {
        problems.addAll(found);
        return this;
    }

    /**
     * The same for a part of the document.
     *
     * @param pointer where that is, such as {@code /listeners/0}; empty for the whole
     * @param subject what it is called in the messages; empty where they say so themselves
     */
    public Preflight check(String pointer, String subject, Check check) {
        try {
            check.run();
        } catch (InvalidOptions invalid) {
            invalid.problems().forEach(each -> note(pointer, subject, each));
        } catch (ControlFailure failure) {
            List<Problem> told =
                    failure.problems().isEmpty() ? List.of(new Problem("", failure.message())) : failure.problems();
            told.forEach(each -> note(pointer, subject, each));
        } catch (RuntimeException | LinkageError | ServiceConfigurationError unexpected) {
            note(pointer, subject, new Problem("", "could not be checked: " + unexpected));
        }
        return this;
    }

    private void note(String pointer, String subject, Problem problem) {
        String detail = subject.isEmpty() ? problem.detail() : subject + ": " + problem.detail();
        problems.add(new Problem(pointer + problem.pointer(), detail));
    }

    /**
     * Whether a listener of the configuration could be made: its protocol and the options of that, its TLS, what it needs on the
     * class path. Opens nothing.
     *
     * @param certificates null where they are not known
     */
    public Preflight listener(
            String pointer,
            String subject,
            ListenerOptions options,
            Protocols protocols,
            Policy policy,
            @Nullable Certificates certificates) {
        check(pointer, subject, () -> ListenerFactory.checkProtocol(options, protocols, policy));
        check(pointer, subject, () -> ListenPort.check(options));
        TlsOptions tls = options.tls();
        if (certificates != null && tls != null) {
            check(pointer, subject, () -> certificates.serverTls(tls));
        }
        return this;
    }

    /** All that was found, in the order of the checks. */
    public List<Problem> problems() {
        return List.copyOf(problems);
    }
}
