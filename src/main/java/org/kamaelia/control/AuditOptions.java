package org.kamaelia.control;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.kamaelia.tcp.OptionReader;
import org.kamaelia.tcp.OptionType;

/**
 * Where changes are recorded, beside memory: the configuration's {@code audit} block.
 *
 * @param file to which a line of JSON is appended for each; null for none
 */
public record AuditOptions(@Nullable Path file) {

    private static final AuditOptions DEFAULTS = new AuditOptions(null);

    /** As a value in a larger document. */
    public static final OptionType<AuditOptions> TYPE =
            OptionType.object("{\"file\": \"audit.jsonl\"}", AuditOptions::read, AuditOptions::toJson);

    /** In memory only. */
    public static AuditOptions defaults() {
        return DEFAULTS;
    }

    /** Every option that has a value. */
    public JsonObject toJson() {
        return file == null ? new JsonObject() : new JsonObject().put("file", file.toString());
    }

    private static AuditOptions read(OptionReader reader) {
        return new AuditOptions(reader.nullable("file", OptionType.path()));
    }
}
