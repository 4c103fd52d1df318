package org.kamaelia.app;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the command line asks for. */
sealed interface Command {

    /** {@code --help}. */
    record Help() implements Command {}

    /** {@code --version}. */
    record Version() implements Command {}

    /** {@code --new-token NAME ROLE}. */
    record NewToken(String name, String role) implements Command {}

    /** {@code --print-config}, with the flags of {@link Serve}. */
    record PrintConfiguration(Sources sources) implements Command {}

    /** No word on what to do: run the server. */
    record Serve(Sources sources) implements Command {}

    /**
     * Where the command line says the configuration comes from.
     *
     * @param file of {@code --config}
     * @param settings those flags that set a value, in their order
     */
    record Sources(@Nullable Path file, List<Setting> settings) {}
}
