package org.kamaelia.rest;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kamaelia.control.ControlPlane;
import org.kamaelia.control.Expectation;
import org.kamaelia.control.ListenerCommand;
import org.kamaelia.control.ListenerNames;
import org.kamaelia.control.ListenerView;
import org.kamaelia.control.PreviewPage;
import org.kamaelia.control.Started;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.ListenerOptions;
import org.kamaelia.tcp.OptionReader;
import org.kamaelia.tcp.OptionType;

/** The contract's operations on listeners. */
final class ListenerEndpoints {

    private record Get(String name, Expectation expectation) {}

    private record Put(String name, ListenerOptions options, boolean restart, Expectation expectation) {}

    private record Patch(String name, JsonObject change, boolean restart, Expectation expectation) {}

    private record Delete(String name, @Nullable Duration drainTimeout, Expectation expectation) {}

    private record Control(
            String name,
            ListenerCommand command,
            @Nullable Duration drainTimeout,
            @Nullable PreviewPage preview,
            Expectation expectation) {}

    private static final OptionType<ListenerCommand> MESSAGE = OptionType.word(
            "a message",
            "start, suspend, resume or serverShutdown, in quotes",
            word -> ListenerCommand.named(word.toString()),
            ListenerCommand::message);

    /** Has a value for all that has no default: what a patch of nulls leaves wrong with it, it leaves wrong with any. */
    private static final ListenerOptions COMPLETE = ListenerOptions.fromJson(new JsonObject()
            .put("protocol", "echo")
            .put("portRange", new JsonObject().put("min", 1).put("max", 65535))
            .put("tls", new JsonObject().put("certificates", new JsonArray().add("web")))
            .put("proxyProtocol", new JsonObject().put("mode", "off")));

    static final List<Endpoint<?>> ALL = List.of(
            Endpoint.plain(
                    "listListeners",
                    (control, call) -> control.listeners().map(all -> Answer.list(all, Views::listener))),
            new Endpoint<>("getListener", ListenerEndpoints::readGet, ListenerEndpoints::get),
            new Endpoint<>("putListener", ListenerEndpoints::readPut, ListenerEndpoints::put),
            new Endpoint<>("patchListener", ListenerEndpoints::readPatch, ListenerEndpoints::patch),
            new Endpoint<>("deleteListener", ListenerEndpoints::readDelete, ListenerEndpoints::delete),
            new Endpoint<>("controlListener", ListenerEndpoints::readControl, ListenerEndpoints::control));

    private ListenerEndpoints() {}

    private static Get readGet(Call call) {
        return call.readQuery(reader -> new Get(call.path("name"), Conditions.read(call)));
    }

    private static Future<Answer> get(ControlPlane control, Get get) {
        return control.listener(get.name()).map(view -> read(view, get.expectation()));
    }

    private static Answer read(ListenerView view, Expectation expectation) {
        new Expectation(expectation.wanted(), null).check(view.name(), view.revision());
        return expectation.isMetBy(view.revision()) ? answer(200, view) : tagged(Answer.notModified(), view);
    }

    private static Answer answer(int status, ListenerView view) {
        return tagged(new Answer(status, Views.listener(view), Map.of()), view);
    }

    private static Answer tagged(Answer answer, ListenerView view) {
        return answer.header("ETag", Conditions.entityTag(view.revision()));
    }

    private static Put readPut(Call call) {
        String name = call.readPath(reader -> reader.required("name", ListenerNames.TYPE, "echo"));
        return new Put(
                name,
                ListenerOptions.fromJson(call.body()),
                call.readQuery(ListenerEndpoints::restart),
                Conditions.read(call));
    }

    private static Future<Answer> put(ControlPlane control, Put put) {
        return control.put(put.name(), put.options(), put.restart(), put.expectation())
                .map(ListenerEndpoints::started);
    }

    private static Answer started(Started started) {
        ListenerView view = started.view();
        return started.created()
                ? answer(201, view).at(RestPlane.BASE_PATH + "/listeners/" + view.name())
                : answer(200, view);
    }

    private static Patch readPatch(Call call) {
        checkPatch(call.body());
        return new Patch(
                call.path("name"), call.body(), call.readQuery(ListenerEndpoints::restart), Conditions.read(call));
    }

    private static Future<Answer> patch(ControlPlane control, Patch patch) {
        return control.patch(patch.name(), patch.change(), patch.restart(), patch.expectation())
                .map(view -> answer(200, view));
    }

    private static void checkPatch(JsonObject patch) {
        Map<String, InvalidOptions.Problem> problems = new LinkedHashMap<>();
        problems(() -> ListenerOptions.checkPatch(patch)).forEach(each -> problems.put(each.pointer(), each));
        JsonObject nulls = nulls(patch);
        if (!nulls.isEmpty()) {
            problems(() -> COMPLETE.merge(nulls)).forEach(each -> problems.putIfAbsent(each.pointer(), each));
        }
        if (!problems.isEmpty()) {
            throw new InvalidOptions(List.copyOf(problems.values()));
        }
    }

    private static List<InvalidOptions.Problem> problems(Runnable check) {
        try {
            check.run();
            return List.of();
        } catch (InvalidOptions e) {
            return e.problems();
        }
    }

    /** What a patch takes back to the default, and nothing else of it. */
    private static JsonObject nulls(JsonObject patch) {
        JsonObject nulls = new JsonObject();
        for (Map.Entry<String, Object> each : patch) {
            if (each.getValue() == null) {
                nulls.putNull(each.getKey());
            } else if (each.getValue() instanceof JsonObject inner) {
                nulls.put(each.getKey(), nulls(inner));
            }
        }
        return nulls;
    }

    private static Delete readDelete(Call call) {
        return call.readQuery(reader -> new Delete(
                call.path("name"), reader.nullable("drainTimeout", ListenerOptions.DRAIN_TIME), Conditions.read(call)));
    }

    private static Future<Answer> delete(ControlPlane control, Delete delete) {
        return control.delete(delete.name(), delete.drainTimeout(), delete.expectation())
                .map(operation -> Answer.accepted(Views.operation(operation))
                        .at(RestPlane.BASE_PATH + "/operations/" + operation.id()));
    }

    private static Control readControl(Call call) {
        call.readQuery(reader -> call);
        return OptionReader.read(call.body(), reader -> {
            ListenerCommand command = reader.required("message", MESSAGE, ListenerCommand.SERVER_SHUTDOWN);
            Duration drainTimeout = reader.nullable("drainTimeout", ListenerOptions.DRAIN_TIME);
            PreviewPage preview = DryRuns.page(reader);
            if (drainTimeout != null && command != ListenerCommand.SERVER_SHUTDOWN) {
                throw onlyForShutdown("drainTimeout", command);
            }
            if (preview != null && command != ListenerCommand.SERVER_SHUTDOWN) {
                throw onlyForShutdown("dryRun", command);
            }
            return new Control(call.path("name"), command, drainTimeout, preview, Conditions.read(call));
        });
    }

    private static InvalidOptions onlyForShutdown(String option, ListenerCommand command) {
        return new InvalidOptions(
                "/" + option, option + " goes with serverShutdown: leave it out of " + command.message());
    }

    private static Future<Answer> control(ControlPlane control, Control message) {
        if (message.preview() != null) {
            return control.previewDrain(message.name(), message.drainTimeout(), message.preview())
                    .compose(preview -> control.listener(message.name())
                            .map(view -> tagged(
                                    Answer.ok(Views.listener(view).put("preview", CloseViews.drain(preview))), view)));
        }
        return control.control(message.name(), message.command(), message.drainTimeout(), message.expectation())
                .map(view -> answer(202, view));
    }

    private static boolean restart(OptionReader reader) {
        return reader.optional("restart", OptionType.bool(), false);
    }
}
