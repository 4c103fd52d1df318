package org.kamaelia.rest;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.kamaelia.control.AuditPage;
import org.kamaelia.control.AuditQuery;
import org.kamaelia.control.AuditRecord;
import org.kamaelia.control.AuditRecord.Outcome;
import org.kamaelia.tcp.OptionReader;
import org.kamaelia.tcp.OptionType;

/** The contract's operation on the record of changes. */
final class AuditEndpoints {

    private static final OptionType<String> TEXT = OptionType.text("a text", "a text", Call.ANYTHING);
    private static final OptionType<Integer> LIMIT = OptionType.integer(1, AuditQuery.MOST);
    private static final String OUTCOMES =
            Arrays.stream(Outcome.values()).map(Outcome::word).collect(Collectors.joining(", "));
    private static final OptionType<String> OUTCOME =
            OptionType.text("an outcome", "one of " + OUTCOMES, Pattern.compile(OUTCOMES.replace(", ", "|")));

    static final List<Endpoint<?>> ALL = List.of(new Endpoint<>(
            "listAudit",
            call -> call.readQuery(AuditEndpoints::query),
            (control, query) -> control.audit(query).map(AuditEndpoints::page).map(Answer::ok)));

    private AuditEndpoints() {}

    private static AuditQuery query(OptionReader reader) {
        return new AuditQuery(
                reader.nullable("who", TEXT),
                reader.nullable("operation", TEXT),
                reader.nullable("target", TEXT),
                outcome(reader.nullable("outcome", OUTCOME)),
                reader.optional("limit", LIMIT, AuditQuery.DEFAULT_LIMIT),
                reader.nullable("cursor", TEXT));
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
