package org.kamaelia.rest;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.kamaelia.control.LogLevels.Level;
import org.kamaelia.control.LogLevels.LoggerView;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.OptionReader;
import org.kamaelia.tcp.OptionType;

/** The contract's operations on the levels of the log. */
final class LoggerEndpoints {

    private record Put(String name, @Nullable Level level) {}

    private static final OptionType<String> NAME = OptionType.text(
            "a logger's name",
            "up to 200 letters, digits, '.', '_', '$' and '-', as in org.kamaelia.connection",
            Pattern.compile("[A-Za-z0-9_$-]{1,100}([.][A-Za-z0-9_$-]{1,100}){0,30}"));

    /** Any text: what it may be is told when it is none of it. */
    private static final OptionType<String> LEVEL =
            OptionType.text("a level", "one of " + Level.words() + ", or null", Call.ANYTHING);

    static final List<Endpoint<?>> ALL = List.of(
            Endpoint.plain(
                    "listLoggers",
                    (control, call) -> control.loggers().map(all -> Answer.list(all, LoggerEndpoints::json))),
            new Endpoint<>(
                    "getLogger",
                    LoggerEndpoints::name,
                    (control, name) ->
                            control.logger(name).map(LoggerEndpoints::json).map(Answer::ok)),
            new Endpoint<>(
                    "putLogger",
                    LoggerEndpoints::readPut,
                    (control, put) -> control.logger(put.name(), put.level())
                            .map(LoggerEndpoints::json)
                            .map(Answer::ok)));

    private LoggerEndpoints() {}

    private static String name(Call call) {
        call.readQuery(reader -> call);
        return call.readPath(reader -> reader.required("name", NAME, "org.kamaelia.connection"));
    }

    private static Put readPut(Call call) {
        String name = name(call);
        if (!call.body().containsKey("level")) {
            throw new InvalidOptions("/level", "level is missing: use one of " + Level.words() + ", or null");
        }
        return OptionReader.read(call.body(), reader -> {
            String level = reader.nullable("level", LEVEL);
            return new Put(name, level == null ? null : Level.named(level));
        });
    }

    private static JsonObject json(LoggerView view) {
        Level own = view.level();
        return new JsonObject()
                .put("name", view.name())
                .put("level", own == null ? null : own.word())
                .put("effectiveLevel", view.effective().word());
    }
}
