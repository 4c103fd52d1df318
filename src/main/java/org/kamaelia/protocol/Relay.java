package org.kamaelia.protocol;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.kamaelia.component.Component;
import org.kamaelia.protocol.Upstreams.Balance;
import org.kamaelia.tcp.ClientOptions;
import org.kamaelia.tcp.ConnectionInfo;
import org.kamaelia.tcp.Durations;
import org.kamaelia.tcp.HostPorts;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.OptionReader;
import org.kamaelia.tcp.OptionType;
import org.kamaelia.tcp.PortRange;

/**
 * Joins every connection to another server: a TCP proxy. Bytes go both ways as fast as the slower side takes them; an end
 * of either side's sending is passed on as that, and a connection that breaks as a reset.
 *
 * <p>{@code upstreams} are the servers. A new connection goes to the next of them, or with {@code balance} {@code
 * leastConnections} to the one with the fewest from this listener. One that cannot be connected to is left out for a
 * second, longer each time, up to a minute, and another is tried; the peer waits meanwhile, and so does what it sends. When
 * none takes the connection the peer sees a reset and the connection's cause is {@code upstream-failed}.
 *
 * <p>Once one side has ended its sending, the other has the listener's {@code closeTimeout} for each pause.
 */
public final class Relay implements Protocol {
    private static final HostPorts EXAMPLE = new HostPorts("10.0.0.7", new PortRange(9000, 9000));
    private static final OptionType<List<HostPorts>> UPSTREAMS = OptionType.listOf(HostPorts.PORT_TYPE);

    private static final OptionType<String> BALANCE = OptionType.text(
            "a balance", "roundRobin or leastConnections", Pattern.compile("roundRobin|leastConnections"));

    /** For {@link java.util.ServiceLoader}. */
    public Relay() {}

    /** What the options say. */
    private record Plan(List<HostPorts> upstreams, Balance balance, Duration connectTimeout) {
        static Plan of(JsonObject options) {
            try {
                return OptionReader.read(options, Plan::read);
            } catch (InvalidOptions invalid) {
                throw invalid.under("/protocolOptions");
            }
        }

        private static Plan read(OptionReader reader) {
            List<HostPorts> upstreams = reader.required("upstreams", UPSTREAMS, List.of(EXAMPLE));
            if (upstreams.isEmpty()) {
                throw new InvalidOptions(
                        "/upstreams", "upstreams is empty: name one at least, as in [\"" + EXAMPLE + "\"]");
            }
            return new Plan(
                    upstreams,
                    Balance.of(reader.optional("balance", BALANCE, Balance.ROUND_ROBIN.toString())),
                    reader.optional(
                            "connectTimeout", ClientOptions.CONNECT_TIME, ClientOptions.DEFAULT_CONNECT_TIMEOUT));
        }
    }

    @Override
    public String name() {
        return "relay";
    }

    @Override
    public String description() {
        return "joins each connection to one of the upstreams: a TCP proxy";
    }

    @Override
    public JsonObject optionsSchema() {
        return OptionsSchema.none()
                .put(
                        "properties",
                        new JsonObject()
                                .put(
                                        "upstreams",
                                        new JsonObject()
                                                .put("type", "array")
                                                .put("items", new JsonObject().put("type", "string"))
                                                .put("description", "host:port each; the policy must allow them"))
                                .put(
                                        "balance",
                                        new JsonObject()
                                                .put("type", "string")
                                                .put("enum", balances())
                                                .put("default", Balance.ROUND_ROBIN.toString())
                                                .put("description", "which of them a new connection gets"))
                                .put(
                                        "connectTimeout",
                                        new JsonObject()
                                                .put("type", "string")
                                                .put("default", Durations.format(ClientOptions.DEFAULT_CONNECT_TIMEOUT))
                                                .put("description", "for each try, looking up the name included")))
                .put("required", new JsonArray().add("upstreams"));
    }

    private static JsonArray balances() {
        JsonArray names = new JsonArray();
        for (Balance each : Balance.values()) {
            names.add(each.toString());
        }
        return names;
    }

    @Override
    public List<HostPorts> upstreams(JsonObject options) {
        return Plan.of(options).upstreams();
    }

    @Override
    public Function<ConnectionInfo, Component> serve(String listener, JsonObject options) {
        Plan plan = Plan.of(options);
        Upstreams upstreams = new Upstreams(plan.upstreams(), plan.balance(), System::nanoTime);
        return connection -> new RelayedConnection(upstreams, plan.connectTimeout());
    }

    /** A connection that shares its upstreams with none. */
    @Override
    public Component open(ConnectionInfo connection, JsonObject options) {
        return serve(connection.listener(), options).apply(connection);
    }
}
