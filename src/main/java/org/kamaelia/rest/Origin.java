package org.kamaelia.rest;

import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;

/** What the requests of one client have in common: an IPv4 address, an IPv6 network of 64 bits. */
final class Origin {

    private static final int NETWORK_BYTES = 8;

    private Origin() {}

    static String of(SocketAddress remote) {
        try {
            byte[] address = InetAddress.getByName(remote.hostAddress()).getAddress(); // digits: nothing is looked up
            return HexFormat.of().formatHex(Arrays.copyOf(address, Math.min(address.length, NETWORK_BYTES)));
        } catch (UnknownHostException cannotHappen) {
            throw new IllegalStateException(cannotHappen);
        }
    }
}
