package org.kamaelia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kamaelia.control.ListenerCommand.RESUME;
import static org.kamaelia.control.ListenerCommand.SUSPEND;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.kamaelia.control.ListenerState;
import org.kamaelia.control.ListenerView;

/** A suspended listener keeps its port and lets newcomers wait; none of them is lost. */
@ParameterizedClass
@EnumSource(Transport.class)
class SuspendIT {
    @Parameter
    Transport transport;

    private Running running;
    private Listener listener;

    @BeforeEach
    void start() {
        running = new Running(transport);
        listener = running.start(Running.on("echo"));
    }

    @AfterEach
    void close() {
        running.close();
    }

    private ListenerView tell(org.kamaelia.control.ListenerCommand command) {
        return Running.await(running.control().control("echo", command, null));
    }

    @Test
    void whoeverComesBeforeAnybodyEverDidWaits() throws Exception {
        assertThat(tell(SUSPEND).state()).isEqualTo(ListenerState.SUSPENDED);

        List<Socket> clients = connectAndSay(20);

        // In the kernel, and at nobody's expense here.
        assertThat(running.counts(listener).queued()).isZero();
        assertServedAfterResume(clients);
    }

    @Test
    void whoeverComesLaterWaitsAndThoseThatAreThereGoOn() throws Exception {
        Load load = new Load(listener, 4);
        long accepted = running.counts(listener).accepted();
        tell(SUSPEND);

        List<Socket> clients = connectAndSay(400);

        load.goesOn();
        assertThat(running.counts(listener).accepted()).isEqualTo(accepted);
        assertServedAfterResume(clients);
        load.stop();
    }

    @Test
    void manySuspensionsInARowLoseNobody() throws Exception {
        for (int i = 0; i < 100; i++) {
            tell(SUSPEND);
            List<Socket> clients = connectAndSay(3);
            assertServedAfterResume(clients);
        }
    }

    @Test
    void suspendAndResumeUnderAStormOfConnectsLoseNobody() throws Exception {
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            if (i % 10 == 0) {
                // Not waited for: they race with each other and with what connects.
                running.control().control("echo", SUSPEND, null);
                running.control().control("echo", RESUME, null);
            }
            clients.addAll(connectAndSay(1));
        }
        assertServedAfterResume(clients);
    }

    @Test
    void bothMayBeRepeated() throws Exception {
        tell(SUSPEND);
        assertThat(tell(SUSPEND).state()).isEqualTo(ListenerState.SUSPENDED);
        List<Socket> clients = connectAndSay(2);
        assertServedAfterResume(clients);
        assertThat(tell(RESUME).state()).isEqualTo(ListenerState.LISTENING);
        assertServedAfterResume(connectAndSay(2));
    }

    @Test
    void aSuspendedListenerCanBeShutDown() throws Exception {
        tell(SUSPEND);
        List<Socket> clients = connectAndSay(4);

        Running.await(listener.stop(null));

        for (Socket client : clients) {
            Running.endOf(client);
            client.close();
        }
        Running.until("it has stopped", () -> Running.await(listener.view()).state() == ListenerState.STOPPED);
    }

    private List<Socket> connectAndSay(int count) throws IOException {
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Socket client = Running.connect(listener);
            client.getOutputStream().write(i % 100);
            clients.add(client);
        }
        return clients;
    }

    private void assertServedAfterResume(List<Socket> clients) throws IOException {
        assertThat(tell(RESUME).state()).isEqualTo(ListenerState.LISTENING);
        for (int i = 0; i < clients.size(); i++) {
            try (Socket client = clients.get(i)) {
                assertThat(client.getInputStream().read()).as("client %d", i).isGreaterThanOrEqualTo(0);
            }
        }
    }
}
