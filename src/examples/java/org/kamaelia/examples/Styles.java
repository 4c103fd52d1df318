package org.kamaelia.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.kamaelia.component.Component;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.Reactor;
import org.kamaelia.component.Signal;
import org.kamaelia.eventloop.ThreadOutbox;
import org.kamaelia.eventloop.ThreadedComponent;

/** The three ways to write a component. */
final class Styles {
    private Styles() {}

    // tag::reactor[]
    static final class Shouter extends Reactor {
        Shouter() {
            Inbox<String> in = inbox("inbox", String.class);
            Outbox<String> out = outbox("outbox", String.class);
            on(in, out, word -> out.send(word.toUpperCase(Locale.ROOT)));
        }
    }
    // end::reactor[]

    // tag::step[]
    static final class Countdown extends Component {
        private final Outbox<String> out = outbox("outbox", String.class);
        private int next = 3;

        @Override
        protected Next step() {
            if (next == 0) {
                signal().send(new ProducerFinished()); // nothing more comes: pass it on
                return DONE;
            }
            if (!out.hasRoom()) {
                return PAUSE; // until somebody has taken a message
            }
            out.send("t minus " + next--);
            return AGAIN; // after all others that are awake have had their turn
        }
    }
    // end::step[]

    // tag::thread[]
    static final class FileLines extends ThreadedComponent {
        private final Path file;
        private final ThreadOutbox<String> out = fromThread(outbox("outbox", String.class));
        private final ThreadOutbox<Signal> signal = fromThread(signal());

        FileLines(Path file) {
            this.file = file;
        }

        @Override
        protected void run() throws IOException, InterruptedException {
            try (BufferedReader lines = Files.newBufferedReader(file)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    out.put(line); // waits while nobody takes what was sent before
                }
            }
            signal.put(new ProducerFinished());
        }
    }
    // end::thread[]
}
