package org.kamaelia.protocol;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.ServerSSLOptions;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.kamaelia.component.Component;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.ShutdownMicroprocess;
import org.kamaelia.component.Signal;
import org.kamaelia.tcp.ConnectionInfo;
import org.kamaelia.tcp.Ready;

/**
 * Lines that begin in the clear and go on in TLS, as mail servers do it (RFC 3207): {@code STARTTLS} is
 * answered {@code 220 ready}, and what comes after that is the peer's handshake. The listener's {@code tls}
 * has the certificates.
 */
public final class StartTls implements Protocol {
    /** For {@link java.util.ServiceLoader}. */
    public StartTls() {}

    @Override
    public String name() {
        return "starttls";
    }

    @Override
    public String description() {
        return "lines that begin in the clear: STARTTLS, then ECHO TEXT, QUIT; the listener needs tls";
    }

    @Override
    public boolean beginsInClear() {
        return true;
    }

    @Override
    public Component open(ConnectionInfo connection, JsonObject options) {
        return new Handler();
    }

    /**
     * One connection. What somebody on the way has put behind {@code STARTTLS} must not be taken for what the
     * peer says in TLS: bytes that were sent in the clear come before {@code sslready}, and the first of them
     * after the command ends the connection.
     */
    private static final class Handler extends Component {
        private static final int LONGEST_LINE = 4096;

        private enum State {
            CLEAR,
            WAITING,
            SECURE
        }

        private final Inbox<Buffer> in = inbox("inbox", Buffer.class);
        private final Outbox<Buffer> out = outbox("outbox", Buffer.class);
        private final Inbox<Signal> control = control();
        private final Outbox<ServerSSLOptions> makeSsl = addOutbox("makessl", ServerSSLOptions.class);
        private final Inbox<Ready> sslReady = addInbox("sslready", Ready.class, 1);
        private Buffer begun = Buffer.buffer();
        private State state = State.CLEAR;
        private boolean inputEnded;
        private boolean done;

        @Override
        protected Next step() {
            for (Signal next = control.poll(); next != null; next = control.poll()) {
                if (next instanceof ShutdownMicroprocess) {
                    signal().send(next);
                    return DONE;
                }
                inputEnded |= next instanceof ProducerFinished;
            }
            // The inbox first: what waits there when sslready does was sent in the clear.
            boolean blocked = !obeyLines();
            if (!done && !blocked && sslReady.poll() != null) {
                state = State.SECURE;
            }
            if (done || (inputEnded && !blocked && !in.dataReady())) {
                signal().send(new ProducerFinished());
                return DONE;
            }
            return !blocked && in.dataReady() ? AGAIN : PAUSE;
        }

        /** Answers what has come; false if the answers have to wait for room. */
        private boolean obeyLines() {
            while (!done && (begun.length() > 0 || in.dataReady())) {
                if (!out.hasRoom()) {
                    return false;
                }
                if (state == State.WAITING) {
                    say("503 nothing may follow STARTTLS in the clear");
                    done = true;
                    return true;
                }
                if (!obeyLine()) {
                    return true;
                }
            }
            return true;
        }

        /** Answers the next line; false if there is no whole one. */
        private boolean obeyLine() {
            int end = endOfLine();
            while (end < 0 && in.dataReady() && begun.length() <= LONGEST_LINE) {
                begun.appendBuffer(in.receive());
                end = endOfLine();
            }
            if (end > LONGEST_LINE || (end < 0 && begun.length() > LONGEST_LINE)) {
                say("500 a line longer than " + LONGEST_LINE + " bytes");
                done = true;
                return false;
            }
            if (end < 0) {
                return false;
            }
            String line = begun.getString(0, end, StandardCharsets.UTF_8.name()).strip();
            begun = begun.getBuffer(end + 1, begun.length());
            answer(line);
            return true;
        }

        private int endOfLine() {
            for (int i = 0; i < begun.length(); i++) {
                if (begun.getByte(i) == '\n') {
                    return i;
                }
            }
            return -1;
        }

        private void answer(String line) {
            String[] words = line.split(" ", 2);
            switch (words[0].toUpperCase(Locale.ROOT)) {
                case "STARTTLS" -> startTls();
                case "ECHO" -> say("250 " + (words.length > 1 ? words[1] : ""));
                case "QUIT" -> {
                    say("221 bye");
                    done = true;
                }
                default -> say("500 unknown command; there are STARTTLS, ECHO TEXT, QUIT");
            }
        }

        private void startTls() {
            if (state == State.SECURE) {
                say("503 this is TLS already");
                return;
            }
            if (begun.length() == 0 && !in.dataReady()) {
                say("220 ready");
                makeSsl.send(new ServerSSLOptions());
            }
            state = State.WAITING;
        }

        private void say(String text) {
            out.send(Buffer.buffer(text + "\r\n"));
        }
    }
}
