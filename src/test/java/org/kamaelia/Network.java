package org.kamaelia;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A far host that packets reach through a router which can be told to lose and delay them: two network namespaces, joined to
 * this machine's and to each other by veth pairs. Nothing of it reaches any real network; all of it goes away with {@link
 * #close()}, or with this process. Where the system does not let it be made the test is skipped.
 */
final class Network implements AutoCloseable {
    /** Four addresses each; of a range that is set aside for tests of networks, and another for each process. */
    private static final String BLOCK = block(ProcessHandle.current().pid());

    private static final String NEAR_LINK = "kam" + ProcessHandle.current().pid();

    private final List<Process> holders = new ArrayList<>();
    private final List<Process> started = new ArrayList<>();
    private final Process router;
    private final Process far;

    private Network() throws IOException {
        for (String needed : List.of("unshare", "nsenter", "ip", "nft")) {
            Programs.need(needed);
        }
        router = namespace();
        far = namespace();
    }

    private static String block(long pid) {
        return "198.18." + (pid >> 5 & 255) + "." + ((pid & 31) << 3);
    }

    private static String address(int number) {
        int dot = BLOCK.lastIndexOf('.');
        return BLOCK.substring(0, dot + 1) + (Integer.parseInt(BLOCK.substring(dot + 1)) + number);
    }

    /** With a cable that loses nothing. */
    static Network open() throws IOException {
        Network network = new Network();
        try {
            network.wire();
            return network;
        } catch (IOException | RuntimeException | Error e) {
            network.close();
            throw e;
        }
    }

    /** It lives as long as a process that waits for this one's end. */
    private Process namespace() throws IOException {
        Process holder = new ProcessBuilder(Programs.need("unshare"), "--net", "sh", "-c", "echo made; exec cat")
                .redirectErrorStream(true)
                .start();
        holders.add(holder);
        String first = new BufferedReader(new InputStreamReader(holder.getInputStream(), UTF_8)).readLine();
        assumeTrue("made".equals(first), "network namespaces are not permitted here: " + first);
        return holder;
    }

    private void wire() throws IOException {
        String ip = Programs.need("ip");
        assumeTrue(
                tried(ip, "link", "add", NEAR_LINK, "type", "veth", "peer", "name", "near", "netns", pid(router))
                        .isEmpty(),
                "links between network namespaces are not permitted here");
        run(ip, "address", "add", address(1) + "/30", "dev", NEAR_LINK);
        // So that what is lost is one packet, and not 64 KiB that the card would have cut up.
        run(ip, "link", "set", NEAR_LINK, "gso_max_segs", "1", "up");
        run(ip, "route", "add", address(4) + "/30", "via", address(2));
        in(router, ip, "address", "add", address(2) + "/30", "dev", "near");
        in(router, ip, "link", "set", "near", "up");
        in(router, ip, "link", "add", "away", "type", "veth", "peer", "name", "home", "netns", pid(far));
        in(router, ip, "address", "add", address(5) + "/30", "dev", "away");
        in(router, ip, "link", "set", "away", "up");
        in(router, "sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward");
        in(far, ip, "address", "add", address(6) + "/30", "dev", "home");
        in(far, ip, "link", "set", "home", "gso_max_segs", "1", "up");
        in(far, ip, "route", "add", "default", "via", address(5));
    }

    /** Where the far host finds this one. */
    String here() {
        return address(1);
    }

    /** Lets so many percent of the packets vanish on their way, in both directions. */
    void lose(int percent) throws IOException {
        String nft = Programs.need("nft");
        in(router, nft, "add table ip lossy");
        in(router, nft, "add chain ip lossy way { type filter hook forward priority 0; }");
        in(router, nft, "add rule ip lossy way numgen random mod 100 < " + percent + " counter drop");
    }

    /** How many packets have vanished. */
    int lost() throws IOException {
        String told = in(router, Programs.need("nft"), "list table ip lossy");
        Matcher counter = Pattern.compile("counter packets (\\d+)").matcher(told);
        assertThat(counter.find()).as(told).isTrue();
        return Integer.parseInt(counter.group(1));
    }

    /** Makes every packet take so long on its way, in each direction. */
    void delay(Duration time) throws IOException {
        String tc = Programs.need("tc");
        for (String link : List.of("near", "away")) {
            String refused = tried(
                    inside(router, tc, "qdisc", "add", "dev", link, "root", "netem", "delay", time.toMillis() + "ms"));
            assumeTrue(refused.isEmpty(), "this kernel delays no packets: tc says " + refused);
        }
    }

    /** From now on nothing reaches the far host or comes from it, and nobody is told. */
    void unplug() throws IOException {
        // Not by taking a link down: the router would tell that the far host is unreachable.
        String nft = Programs.need("nft");
        in(router, nft, "add table ip cut");
        in(router, nft, "add chain ip cut way { type filter hook forward priority 0; policy drop; }");
    }

    /** Starts a program on the far host; it ends with this. */
    Process start(String... command) throws IOException {
        Process process = new ProcessBuilder(inside(far, command))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        started.add(process);
        return process;
    }

    @Override
    public void close() {
        started.forEach(Process::destroyForcibly);
        holders.forEach(Process::destroyForcibly);
        // The links go with the last process of their namespace, and the next network has the same names.
        Running.until("the link has gone", () -> !Files.exists(Path.of("/sys/class/net", NEAR_LINK)));
    }

    private static String pid(Process holder) {
        return Long.toString(holder.pid());
    }

    private static String[] inside(Process namespace, String... command) {
        List<String> whole =
                new ArrayList<>(List.of(Programs.need("nsenter"), "--net", "--target", pid(namespace), "--"));
        whole.addAll(List.of(command));
        return whole.toArray(new String[0]);
    }

    private static String in(Process namespace, String... command) throws IOException {
        return run(inside(namespace, command));
    }

    private static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.onExit().join().exitValue())
                .as("%s said: %s", List.of(command), said)
                .isZero();
        return said;
    }

    /** What a program says that fails; empty if it does not. */
    private static String tried(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        return process.onExit().join().exitValue() == 0 ? "" : said.strip() + " ";
    }
}
