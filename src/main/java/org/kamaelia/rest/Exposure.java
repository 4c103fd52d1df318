package org.kamaelia.rest;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.kamaelia.control.AdminOptions;
import org.kamaelia.tcp.InvalidOptions;

/** Whether the plane may be reached by those who can reach it. */
final class Exposure {

    private Exposure() {}

    /** @throws InvalidOptions for a plane beyond loopback that shows itself, or its tokens, to everybody */
    static void check(AdminOptions options) {
        List<InvalidOptions.Problem> problems = new ArrayList<>();
        boolean plain = options.tls() == null;
        if (!loopback(options.host())) {
            String reach = "admin.host " + options.host() + " can be reached from other machines";
            if (!options.auth().required()) {
                problems.add(new InvalidOptions.Problem(
                        "/admin/auth/tokenFile",
                        reach
                                + ", and anybody there could call: set admin.auth.tokenFile (--new-token makes a token) or"
                                + " admin.auth.clientCa, or use host 127.0.0.1"));
            }
            if (plain && !options.plaintext()) {
                problems.add(new InvalidOptions.Problem(
                        "/admin/tls",
                        reach + ", and tokens would travel in the clear: set admin.tls, or admin.plaintext: true if"
                                + " something in front speaks TLS, or use host 127.0.0.1"));
            }
        }
        if (plain && options.auth().clientCa() != null) {
            problems.add(new InvalidOptions.Problem(
                    "/admin/auth/clientCa",
                    "admin.auth.clientCa needs admin.tls: without TLS nobody can show a certificate"));
        }
        if (!problems.isEmpty()) {
            throw new InvalidOptions(problems);
        }
    }

    /** Only what certainly is: another name might resolve to anything, and to something else tomorrow. */
    static boolean loopback(String host) {
        if (host.equalsIgnoreCase("localhost")) {
            return true;
        }
        boolean literal = host.contains(":") || host.matches("[0-9.]+"); // no name, so nothing is looked up
        try {
            return literal && InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
