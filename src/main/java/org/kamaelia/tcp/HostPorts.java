package org.kamaelia.tcp;

import java.util.Locale;

/**
 * Ports of one host, as an operator writes them: {@code "db.example:5432"}, {@code "10.0.0.7:9000-9099"}, {@code
 * "[::1]:7"}.
 *
 * @param host an address without brackets, or a name, which is compared as it is written, in whatever case, and not looked
 *     up
 */
public record HostPorts(String host, PortRange ports) {
    private static final OptionType<String> HOST = OptionType.host();

    /** A host and a range of its ports. */
    public static final OptionType<HostPorts> RANGE_TYPE = OptionType.word(
            "a host with ports",
            "host:port or host:port-port, as in \"10.0.0.7:9000-9099\" or \"[::1]:7\"",
            HostPorts::parse,
            HostPorts::toString);

    /** A host and one of its ports. */
    public static final OptionType<HostPorts> PORT_TYPE = OptionType.word(
            "a host with a port",
            "host:port, as in \"db.example:5432\" or \"[::1]:7\"",
            HostPorts::parseOne,
            HostPorts::toString);

    /** @throws InvalidOptions if the host is none */
    public HostPorts {
        HOST.check("host", host);
    }

    /** Whether all that another means is meant by this, too. */
    public boolean contains(HostPorts other) {
        return host.equalsIgnoreCase(other.host)
                && ports.contains(other.ports.min())
                && ports.contains(other.ports.max());
    }

    /** The first of its ports. */
    public int port() {
        return ports.min();
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host.toLowerCase(Locale.ROOT)) + ":" + ports;
    }

    private static HostPorts parse(Object json) {
        String text = json.toString();
        int colon = text.lastIndexOf(':');
        String host = text.substring(0, Math.max(0, colon));
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (bracketed) {
            host = host.substring(1, host.length() - 1);
        }
        if (bracketed != host.contains(":")) {
            throw new IllegalArgumentException(text);
        }
        return new HostPorts(host, PortRange.parse(text.substring(colon + 1)));
    }

    private static HostPorts parseOne(Object json) {
        HostPorts one = parse(json);
        if (one.ports.min() != one.ports.max()) {
            throw new IllegalArgumentException(json.toString());
        }
        return one;
    }
}
