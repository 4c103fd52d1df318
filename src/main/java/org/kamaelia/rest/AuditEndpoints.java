package org.kamaelia.rest;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kamaelia.control.AuditPage;
import org.kamaelia.control.AuditQuery;
import org.kamaelia.control.AuditRecord;
import org.kamaelia.control.AuditRecord.Outcome;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.OptionReader;
import org.kamaelia.tcp.OptionType;

/** The contract's operation on the record of changes. */
final class AuditEndpoints {

    private static final OptionType<String> TEXT = OptionType.text("a text", "a text", Call.ANYTHING);
    private static final OptionType<Integer> LIMIT = OptionType.integer(1, AuditQuery.MOST);
    private static final List<String> OUTCOMES =
            Arrays.stream(Outcome.values()).map(Outcome::word).toList();

    /** Those that change something, and the end of the process. */
    static final List<String> OPERATIONS = List.of(
            "putListener",
            "patchListener",
            "deleteListener",
            "controlListener",
            "controlConnections",
            "controlConnection",
            "deleteConnection",
            "sendToBox",
            "cancelOperation",
            "putLogger",
            "shutDown");

    static final List<Endpoint<?>> ALL = List.of(new Endpoint<>(
            "listAudit",
            call -> call.readQuery(AuditEndpoints::query),
            (control, query) -> control.audit(query).map(AuditEndpoints::page).map(Answer::ok)));

    private AuditEndpoints() {}

    /** Asks for every parameter before it makes anything of them: what was not asked for when that throws would be unknown. */
    private static AuditQuery query(OptionReader reader) {
        String who = reader.nullable("who", TEXT);
        String operation = reader.nullable("operation", TEXT);
        String target = reader.nullable("target", TEXT);
        String outcome = reader.nullable("outcome", TEXT);
        int limit = reader.optional("limit", LIMIT, AuditQuery.DEFAULT_LIMIT);
        String cursor = reader.nullable("cursor", TEXT);
        requireOneOf(OPERATIONS, "operation", operation);
        requireOneOf(OUTCOMES, "outcome", outcome);
        return new AuditQuery(who, operation, target, outcome(outcome), limit, cursor);
    }

    private static void requireOneOf(List<String> words, String name, @Nullable String given) {
        if (given != null && !words.contains(given)) {
            throw new InvalidOptions(
                    "/" + name, name + " \"" + Call.cut(given) + "\" is unknown: use " + String.join(", ", words));
        }
    }

    private static @Nullable Outcome outcome(@Nullable String word) {
        return Arrays.stream(Outcome.values())
                .filter(each -> each.word().equals(word))
                .findFirst()
                .orElse(null);
    }

    private static JsonObject page(AuditPage page) {
        return new JsonObject()
                .put(
                        "items",
                        new JsonArray(
                                page.items().stream().map(AuditRecord::toJson).toList()))
                .put("nextCursor", page.nextCursor());
    }
}
