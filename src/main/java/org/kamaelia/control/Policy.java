package org.kamaelia.control;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.tcp.HostPorts;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.ListenerOptions;
import org.kamaelia.tcp.OptionReader;
import org.kamaelia.tcp.OptionType;
import org.kamaelia.tcp.PortRange;

/**
 * What the API may open: the configuration's {@code policy} block, held against every start and every change. It does not
 * bind the configuration's own listeners, except for {@code upstreams}, as long as the API leaves their address and protocol
 * as they are.
 *
 * @param ports a listener's port lies in one of them
 * @param hosts addresses to listen on; null for any
 * @param protocols by name; null for any
 * @param socketDirectory UNIX domain sockets lie below it; null for none
 * @param upstreams servers to which any listener may relay; none unless listed
 */
public record Policy(
        List<PortRange> ports,
        @Nullable List<String> hosts,
        @Nullable List<String> protocols,
        @Nullable Path socketDirectory,
        List<HostPorts> upstreams) {

    private static final PortRange UNPRIVILEGED = new PortRange(1024, 65535);
    private static final OptionType<List<PortRange>> PORTS = OptionType.listOf(PortRange.SHORT_TYPE);
    private static final OptionType<List<String>> HOSTS = OptionType.listOf(OptionType.host());
    private static final OptionType<List<String>> PROTOCOLS = OptionType.listOf(ListenerOptions.PROTOCOL_NAME);

    private static final OptionType<List<HostPorts>> UPSTREAMS = OptionType.listOf(HostPorts.RANGE_TYPE);

    /** As a value in a larger document. */
    public static final OptionType<Policy> TYPE =
            OptionType.object("{\"ports\": [\"7000-7999\"]}", Policy::read, Policy::toJson);

    public Policy {
        ports = List.copyOf(ports);
        hosts = hosts == null ? null : List.copyOf(hosts);
        protocols = protocols == null ? null : List.copyOf(protocols);
        upstreams = List.copyOf(upstreams);
    }

    /** Ports from 1024 on any address for any protocol, and no upstream. */
    public static Policy defaults() {
        return new Policy(List.of(UNPRIVILEGED), null, null, null, List.of());
    }

    /**
     * Reads the {@code policy} block; what is absent has its default.
     *
     * @throws InvalidOptions with all problems
     */
    public static Policy fromJson(JsonObject json) {
        return OptionReader.read(json, Policy::read);
    }

    public JsonObject toJson() {
        JsonObject json = new JsonObject().put("ports", PORTS.json(ports));
        if (hosts != null) {
            json.put("hosts", new JsonArray(hosts));
        }
        if (protocols != null) {
            json.put("protocols", new JsonArray(protocols));
        }
        if (socketDirectory != null) {
            json.put("socketDirectory", socketDirectory.toString());
        }
        return upstreams.isEmpty() ? json : json.put("upstreams", UPSTREAMS.json(upstreams));
    }

    /**
     * Lets a listener pass. Of a {@code path} it looks into the file system, where symbolic links may lead elsewhere.
     *
     * @throws ControlFailure {@link Reason#NOT_ALLOWED}, with a pointer to the option that goes too far
     */
    public void check(ListenerOptions options) {
        checkName("protocol", options.protocol(), protocols);
        if (options.path() != null) {
            checkPath(options.path());
            return;
        }
        PortRange range = options.portRange();
        if (range != null) {
            checkPorts("portRange", range, "portRange " + range + " is");
        } else if (options.port() == 0) {
            checkPorts("port", UNPRIVILEGED, "port 0 (any free one) may be");
        } else {
            checkPorts("port", new PortRange(options.port(), options.port()), "port " + options.port() + " is");
        }
        checkName("host", options.host(), hosts);
    }

    /** Whether they are the same in all that {@link #check} looks at. */
    static boolean opensTheSame(ListenerOptions one, ListenerOptions other) {
        return one.protocol().equals(other.protocol())
                && one.host().equals(other.host())
                && one.port() == other.port()
                && Objects.equals(one.portRange(), other.portRange())
                && Objects.equals(one.path(), other.path());
    }

    /**
     * Lets a listener relay to these, whoever starts it.
     *
     * @throws ControlFailure {@link Reason#NOT_ALLOWED}, with the first that goes too far
     */
    public void checkUpstreams(List<HostPorts> wanted) {
        for (HostPorts each : wanted) {
            if (upstreams.stream().noneMatch(allowed -> allowed.contains(each))) {
                String remedy = upstreams.isEmpty()
                        ? "which has no upstreams: list it there, in policy.upstreams"
                        : "use " + upstreams.stream().map(HostPorts::toString).collect(Collectors.joining(", "));
                throw refused("protocolOptions/upstreams", "upstream " + each + " is outside the policy, " + remedy);
            }
        }
    }

    private void checkPath(String path) {
        if (socketDirectory == null) {
            throw refused("path", "path is outside the policy, which has no socketDirectory: use a port");
        }
        Path below = socketDirectory.toAbsolutePath().normalize();
        Path wanted = Path.of(path).normalize();
        if (!wanted.startsWith(below)) {
            throw refused("path", "path \"" + path + "\" is outside the policy: use one below " + socketDirectory);
        }
        Path found = withoutLinks(wanted);
        if (!found.startsWith(withoutLinks(below))) {
            throw refused(
                    "path",
                    "path \"" + path + "\" is outside the policy, since a symbolic link leads to " + found
                            + ": use one below " + socketDirectory);
        }
    }

    /** Where a path leads, as far as there are directories. Blocks for as long as the file system does. */
    private static Path withoutLinks(Path path) {
        Path parent = path.getParent();
        try {
            return path.toRealPath();
        } catch (IOException missing) {
            return parent == null ? path : withoutLinks(parent).resolve(path.getFileName());
        }
    }

    private void checkPorts(String name, PortRange wanted, String is) {
        if (ports.stream().noneMatch(range -> range.contains(wanted.min()) && range.contains(wanted.max()))) {
            String allowed = ports.stream().map(PortRange::toString).collect(Collectors.joining(", "));
            throw refused(name, is + " outside the policy: use " + (allowed.isEmpty() ? "none" : allowed));
        }
    }

    private static void checkName(String name, String wanted, @Nullable List<String> allowed) {
        if (allowed != null && allowed.stream().noneMatch(wanted::equalsIgnoreCase)) {
            throw refused(
                    name,
                    name + " \"" + wanted + "\" is outside the policy: use "
                            + (allowed.isEmpty() ? "none" : String.join(", ", allowed)));
        }
    }

    private static ControlFailure refused(String name, String message) {
        return ControlFailure.at("/" + name, Reason.NOT_ALLOWED, message);
    }

    private static Policy read(OptionReader reader) {
        return new Policy(
                reader.optional("ports", PORTS, List.of(UNPRIVILEGED)),
                reader.nullable("hosts", HOSTS),
                reader.nullable("protocols", PROTOCOLS),
                reader.nullable("socketDirectory", OptionType.path()),
                reader.optional("upstreams", UPSTREAMS, List.of()));
    }
}
