package org.kamaelia.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A process that has no descriptor left goes on, and accepts again when it has. */
class NoDescriptorsIT {
    private static final int DESCRIPTORS = 256;

    @Test
    void withoutDescriptorsOpenConnectionsGoOnAndAcceptingComesBackByItself() throws Exception {
        List<Socket> clients = new ArrayList<>();
        try (RunningJar jar = RunningJar.startLimited(
                DESCRIPTORS,
                "--set",
                "listeners.0.port=0",
                "--set",
                "listeners.0.maxConnections=10000",
                "--set",
                "admin.port=0")) {
            RunningJar.Addresses addresses = jar.addresses();
            for (int i = 0; i < DESCRIPTORS; i++) {
                clients.add(connect(addresses));
            }
            assertEchoes(clients.get(0));

            String degraded = jar.awaitStandardError(line -> line.contains("is degraded"));
            assertThat(degraded).contains("listener echo").contains("Too many open files");
            assertEchoes(clients.get(0));
            // Whoever comes now waits in the backlog.
            Socket waits = connect(addresses);
            waits.getOutputStream().write(9);
            for (Socket each : clients.subList(1, clients.size())) {
                each.close();
            }

            assertThat(waits.getInputStream().read()).isEqualTo(9);
            jar.awaitStandardError(line -> line.contains("listener echo") && line.contains("is listening"));
            assertEchoes(clients.get(0));
            try (Socket late = connect(addresses)) {
                assertEchoes(late);
            }
            waits.close();
        } finally {
            for (Socket each : clients) {
                each.close();
            }
        }
    }

    private static Socket connect(RunningJar.Addresses addresses) throws IOException {
        Socket client = addresses.connect();
        client.setSoTimeout(20_000);
        return client;
    }

    private static void assertEchoes(Socket client) throws IOException {
        client.getOutputStream().write(7);
        assertThat(client.getInputStream().read()).isEqualTo(7);
    }
}
