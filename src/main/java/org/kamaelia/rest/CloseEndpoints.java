package org.kamaelia.rest;

import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kamaelia.control.CloseRequest;
import org.kamaelia.control.CloseRequest.Order;
import org.kamaelia.control.ConnectionCommand;
import org.kamaelia.control.ConnectionFilter;
import org.kamaelia.control.ControlPlane;
import org.kamaelia.control.PreviewPage;
import org.kamaelia.tcp.OptionReader;
import org.kamaelia.tcp.OptionType;

/** The contract's operation on many connections at once. */
final class CloseEndpoints {

    private record Close(CloseRequest request, @Nullable PreviewPage preview) {}

    private static final OptionType<Order> ORDER = OptionType.word(
            "an order", "oldest or idlest, in quotes", word -> Order.named(word.toString()), Order::word);

    static final List<Endpoint<?>> ALL =
            List.of(new Endpoint<>("controlConnections", CloseEndpoints::read, CloseEndpoints::close));

    private CloseEndpoints() {}

    private static Close read(Call call) {
        call.readQuery(reader -> call);
        return OptionReader.read(call.body(), CloseEndpoints::close);
    }

    /** Asks for every option before it makes anything of them: what was not asked for when that throws would be unknown. */
    private static Close close(OptionReader reader) {
        ConnectionCommand command =
                reader.required("message", ConnectionEndpoints.MESSAGE, ConnectionCommand.PRODUCER_FINISHED);
        boolean all = reader.optional("all", OptionType.bool(), false);
        Integer percent = reader.nullable("percent", CloseRequest.PERCENT);
        Integer count = reader.nullable("count", CloseRequest.COUNT);
        Order order = reader.optional("order", ORDER, Order.OLDEST);
        Integer perSecond = reader.nullable("perSecond", CloseRequest.PER_SECOND);
        PreviewPage preview = DryRuns.page(reader);
        ConnectionFilter filter = ConnectionEndpoints.filter(reader);
        return new Close(new CloseRequest(command, filter, all, percent, count, order, perSecond), preview);
    }

    private static Future<Answer> close(ControlPlane control, Close close) {
        if (close.preview() != null) {
            return control.previewClose(close.request(), close.preview())
                    .map(preview -> Answer.ok(CloseViews.planned(close.request(), preview)));
        }
        return control.closeConnections(close.request())
                .map(operation -> Answer.accepted(Views.operation(operation))
                        .at(RestPlane.BASE_PATH + "/operations/" + operation.id()));
    }
}
