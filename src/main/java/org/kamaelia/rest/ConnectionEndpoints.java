package org.kamaelia.rest;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import org.kamaelia.control.ConnectionCommand;
import org.kamaelia.control.ConnectionFilter;
import org.kamaelia.control.ConnectionQuery;
import org.kamaelia.control.ConnectionQuery.Sort;
import org.kamaelia.control.ControlPlane;
import org.kamaelia.tcp.AddressBlock;
import org.kamaelia.tcp.OptionReader;
import org.kamaelia.tcp.OptionType;

/** The contract's operations on connections. */
final class ConnectionEndpoints {

    private record Control(String id, ConnectionCommand command) {}

    /** What one connection can be told, or many. */
    static final OptionType<ConnectionCommand> MESSAGE = OptionType.word(
            "a message",
            "producerFinished or shutdownMicroprocess, in quotes",
            word -> ConnectionCommand.named(word.toString()),
            ConnectionCommand::message);

    private static final OptionType<String> TEXT = OptionType.text("a text", "a text", Call.ANYTHING);
    private static final OptionType<Integer> LIMIT = OptionType.integer(1, ConnectionQuery.MOST);
    private static final OptionType<Duration> TIME = OptionType.duration(Duration.ZERO, Duration.ofDays(365));

    static final List<Endpoint<?>> ALL = List.of(
            new Endpoint<>(
                    "listConnections",
                    call -> call.readQuery(ConnectionEndpoints::query),
                    (control, query) ->
                            control.connections(query).map(Views::page).map(Answer::ok)),
            Endpoint.plain(
                    "getConnection",
                    (control, call) -> control.connection(call.path("id"))
                            .map(Views::detail)
                            .map(Answer::ok)),
            Endpoint.plain(
                    "deleteConnection",
                    (control, call) -> control.close(call.path("id"))
                            .map(Views::connection)
                            .map(Answer::accepted)),
            new Endpoint<>("controlConnection", ConnectionEndpoints::readControl, ConnectionEndpoints::tell));

    private ConnectionEndpoints() {}

    private static ConnectionQuery query(OptionReader reader) {
        String sort = reader.optional("sort", TEXT, Sort.OPENED_AT.field());
        boolean descending = sort.startsWith("-");
        int limit = reader.optional("limit", LIMIT, ConnectionQuery.DEFAULT_LIMIT);
        String cursor = reader.nullable("cursor", TEXT);
        ConnectionFilter filter = filter(reader);
        return new ConnectionQuery(
                filter, Sort.named(descending ? sort.substring(1) : sort), descending, limit, cursor);
    }

    /** Which connections are meant; the same in queries and bodies. */
    static ConnectionFilter filter(OptionReader reader) {
        return new ConnectionFilter(
                reader.nullable("listener", TEXT),
                reader.nullable("remoteAddress", AddressBlock.TYPE),
                reader.nullable("minIdle", TIME),
                reader.nullable("minAge", TIME),
                reader.nullable("state", TEXT));
    }

    private static Control readControl(Call call) {
        call.readQuery(reader -> call);
        return OptionReader.read(
                call.body(),
                reader -> new Control(
                        call.path("id"), reader.required("message", MESSAGE, ConnectionCommand.PRODUCER_FINISHED)));
    }

    private static Future<Answer> tell(ControlPlane control, Control message) {
        return control.control(message.id(), message.command())
                .map(Views::connection)
                .map(Answer::accepted);
    }
}
