package org.kamaelia.observe;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.kamaelia.control.ControlFailure;
import org.kamaelia.control.ControlFailure.Reason;
import org.kamaelia.control.LogLevels;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/** The levels of Logback's loggers. */
public final class LogbackLevels implements LogLevels {

    /** A logger that was made once stays for good. */
    private static final int MOST = 10_000;

    private final LoggerContext context;

    private LogbackLevels(LoggerContext context) {
        this.context = context;
    }

    /** Logback's, if this process logs by it; otherwise {@link LogLevels#NONE}. */
    public static LogLevels find() {
        ILoggerFactory found = LoggerFactory.getILoggerFactory();
        // by name first: Logback need not be there at all
        return found.getClass().getName().startsWith("ch.qos.logback.") ? of(found) : NONE;
    }

    private static LogLevels of(ILoggerFactory found) {
        return new LogbackLevels((LoggerContext) found);
    }

    @Override
    public List<LoggerView> all() {
        return context.getLoggerList().stream().map(LogbackLevels::view).toList();
    }

    @Override
    public LoggerView find(String name) {
        Logger there = context.exists(name);
        if (there != null) {
            return view(there);
        }
        int dot = name.lastIndexOf('.');
        LoggerView parent = find(dot < 0 ? Logger.ROOT_LOGGER_NAME : name.substring(0, dot));
        return new LoggerView(name, null, parent.effective());
    }

    @Override
    public void level(String name, @Nullable Level level) {
        if (level == null && name.equals(Logger.ROOT_LOGGER_NAME)) {
            throw ControlFailure.at(
                    "/level",
                    Reason.INVALID,
                    "level null of ROOT has no parent's to stand for: use one of " + Level.words());
        }
        if (context.exists(name) == null) {
            if (level == null) {
                return;
            }
            if (context.getLoggerList().size() >= MOST) {
                throw new ControlFailure(
                        Reason.UNAVAILABLE, "there are " + MOST + " loggers: set the level of one that is listed");
            }
        }
        context.getLogger(name).setLevel(level == null ? null : ch.qos.logback.classic.Level.toLevel(level.name()));
    }

    private static LoggerView view(Logger logger) {
        ch.qos.logback.classic.Level own = logger.getLevel();
        return new LoggerView(logger.getName(), own == null ? null : level(own), level(logger.getEffectiveLevel()));
    }

    private static Level level(ch.qos.logback.classic.Level level) {
        // Logback has one below trace, which tells no more
        return level.isGreaterOrEqual(ch.qos.logback.classic.Level.TRACE)
                ? Level.valueOf(level.toString())
                : Level.TRACE;
    }
}
