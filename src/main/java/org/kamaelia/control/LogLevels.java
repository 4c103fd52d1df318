package org.kamaelia.control;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.tcp.InvalidOptions;

/** The levels of the process's log, as far as whatever writes it lets them be changed. Any thread; must not block. */
public interface LogLevels {

    /** From the least that is told to the most. */
    enum Level {
        OFF,
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE;

        /** The name in JSON. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * The level of that name.
         *
         * @throws InvalidOptions for any other; it lists those there are
         */
        public static Level named(String word) {
            return Names.find("level", values(), Level::word, word);
        }

        /** All of them, for people. */
        public static List<String> words() {
            return Arrays.stream(values()).map(Level::word).toList();
        }
    }

    /**
     * A logger.
     *
     * @param name dotted; {@code ROOT} for the one that all descend from
     * @param level its own; null if it has its parent's
     * @param effective what it tells
     */
    record LoggerView(String name, @Nullable Level level, Level effective) {}

    /** Those there are, by name. */
    List<LoggerView> all();

    /** One of them; one that is not there yet is told of as it would be, and not made. */
    LoggerView find(String name);

    /**
     * Sets a logger's level.
     *
     * @param level null for its parent's
     * @throws ControlFailure {@link Reason#INVALID} for the root's null, {@link Reason#UNAVAILABLE} if there are too many
     */
    void level(String name, @Nullable Level level);

    /** Where whatever writes the log has no levels that could be changed here. */
    LogLevels NONE = new LogLevels() {
        @Override
        public List<LoggerView> all() {
            throw fixed();
        }

        @Override
        public LoggerView find(String name) {
            throw fixed();
        }

        @Override
        public void level(String name, @Nullable Level level) {
            throw fixed();
        }

        private ControlFailure fixed() {
            return new ControlFailure(
                    Reason.WRONG_STATE,
                    "the levels of this process's log cannot be changed here: it does not log by Logback; change them where"
                            + " its log is configured");
        }
    };
}
