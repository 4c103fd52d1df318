package org.kamaelia;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Clients that talk to an echo listener without a pause, each its own pattern, until they are asked to stop. */
final class Load {
    private static final int CHUNK = 4_000;

    private final List<CompletableFuture<Long>> clients = new ArrayList<>();
    private volatile boolean stopped;
    private final Set<Integer> moving = ConcurrentHashMap.newKeySet();

    /** Returns once every client has had its first answer. */
    Load(Listener echo, int connections) throws IOException {
        for (int i = 0; i < connections; i++) {
            int seed = i;
            Socket client = Running.connect(echo);
            clients.add(CompletableFuture.supplyAsync(() -> talk(client, seed), task -> new Thread(task).start()));
        }
        goesOn();
    }

    private long talk(Socket client, int seed) {
        Bytes toSend = new Bytes(seed);
        Bytes toCome = new Bytes(seed);
        try (client) {
            while (!stopped) {
                toSend.write(client.getOutputStream(), CHUNK);
                toCome.read(client.getInputStream(), CHUNK);
                moving.add(seed);
            }
            client.shutdownOutput();
            if (client.getInputStream().read() != -1) {
                throw new AssertionError("there is more than was sent");
            }
            return toCome.count();
        } catch (IOException e) {
            throw new AssertionError("client " + seed + " after " + toCome.count() + " bytes: " + e, e);
        }
    }

    /** Waits until more has gone through each: the load is alive. */
    void goesOn() {
        moving.clear();
        Running.until("the load goes on", () -> {
            clients.stream().filter(CompletableFuture::isDone).forEach(CompletableFuture::join);
            return moving.size() == clients.size();
        });
    }

    /** Ends it; fails if any client got anything but what it sent. */
    void stop() throws Exception {
        stopped = true;
        for (CompletableFuture<Long> each : clients) {
            each.get(20, TimeUnit.SECONDS);
        }
    }
}
