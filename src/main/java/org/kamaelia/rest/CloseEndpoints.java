package org.kamaelia.rest;

import io.vertx.core.Future;
import java.util.List;
import org.kamaelia.control.CloseRequest;
import org.kamaelia.control.CloseRequest.Order;
import org.kamaelia.control.ConnectionCommand;
import org.kamaelia.control.ControlPlane;
import org.kamaelia.tcp.OptionReader;
import org.kamaelia.tcp.OptionType;

/** The contract's operation on many connections at once. */
final class CloseEndpoints {

    private record Close(CloseRequest request, boolean dryRun) {}

    private static final OptionType<String> MESSAGE =
            OptionType.text("a message", "producerFinished or shutdownMicroprocess, in quotes", Call.ANYTHING);
    private static final OptionType<String> ORDER =
            OptionType.text("an order", "oldest or idlest, in quotes", Call.ANYTHING);

    static final List<Endpoint<?>> ALL =
            List.of(new Endpoint<>("controlConnections", CloseEndpoints::read, CloseEndpoints::close));

    private CloseEndpoints() {}

    private static Close read(Call call) {
        call.readQuery(reader -> call);
        return OptionReader.read(
                call.body(), reader -> new Close(request(reader), reader.optional("dryRun", OptionType.bool(), false)));
    }

    private static CloseRequest request(OptionReader reader) {
        return new CloseRequest(
                ConnectionCommand.named(reader.required("message", MESSAGE, "producerFinished")),
                ConnectionEndpoints.filter(reader),
                reader.optional("all", OptionType.bool(), false),
                reader.nullable("percent", CloseRequest.PERCENT),
                reader.nullable("count", CloseRequest.COUNT),
                Order.named(reader.optional("order", ORDER, Order.OLDEST.word())),
                reader.nullable("perSecond", CloseRequest.PER_SECOND));
    }

    private static Future<Answer> close(ControlPlane control, Close close) {
        if (close.dryRun()) {
            return control.previewClose(close.request()).map(CloseViews::close).map(Answer::ok);
        }
        return control.closeConnections(close.request())
                .map(operation -> Answer.accepted(Views.operation(operation))
                        .at(RestPlane.BASE_PATH + "/operations/" + operation.id()));
    }
}
