package org.kamaelia.rest;

import org.jspecify.annotations.Nullable;
import org.kamaelia.control.ConnectionQuery;
import org.kamaelia.control.PreviewPage;
import org.kamaelia.tcp.InvalidOptions;
import org.kamaelia.tcp.OptionReader;
import org.kamaelia.tcp.OptionType;

/** The options of a body with which nothing is done, and what would be is shown. */
final class DryRuns {

    private static final OptionType<Integer> LIMIT = OptionType.integer(1, ConnectionQuery.MOST);
    private static final OptionType<String> TEXT = OptionType.text("a text", "a text", Call.ANYTHING);

    private DryRuns() {}

    /** Which part of it to show; null if it is none. */
    static @Nullable PreviewPage page(OptionReader reader) {
        boolean dryRun = reader.optional("dryRun", OptionType.bool(), false);
        Integer limit = reader.nullable("limit", LIMIT);
        String cursor = reader.nullable("cursor", TEXT);
        if (dryRun) {
            return new PreviewPage(limit == null ? ConnectionQuery.DEFAULT_LIMIT : limit, cursor);
        }
        if (limit != null || cursor != null) {
            String option = limit == null ? "cursor" : "limit";
            throw new InvalidOptions("/" + option, option + " goes with \"dryRun\": true: leave it out");
        }
        return null;
    }
}
