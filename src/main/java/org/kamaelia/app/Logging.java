package org.kamaelia.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.kamaelia.LogOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets Logback up as the configuration says: on standard error, so that standard output carries the one line that says
 * what listens where. Done in code, since a {@code logback.xml} in this jar would also speak for whoever embeds it.
 */
final class Logging {

    /** Who sets this has a Logback configuration of his own, and keeps it. */
    private static final String CONFIGURATION_OF_ITS_OWN = "logback.configurationFile";

    private Logging() {}

    /** Before anything logs. */
    static void start(LogOptions options) {
        if (System.getProperty(CONFIGURATION_OF_ITS_OWN) != null) {
            return;
        }
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        boolean json = switch (options.format()) {
            case TEXT -> false;
            case JSON -> true;
            case AUTO -> !standardErrorIsTerminal();
        };
        Encoder<ILoggingEvent> encoder = json ? new JsonLines() : text(context);
        encoder.setContext(context);
        encoder.start();

        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setTarget("System.err");
        console.setEncoder(encoder);
        console.start();

        Level level = Level.valueOf(options.level().name());
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.addAppender(console);
        // what debug tells of libraries would bury what it tells of us
        root.setLevel(level.isGreaterOrEqual(Level.INFO) ? level : Level.INFO);
        context.getLogger("org.kamaelia").setLevel(level);
    }

    private static PatternLayoutEncoder text(LoggerContext context) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%d{HH:mm:ss.SSS} %-5level %logger{0}: %msg%replace( %kvp){' $', ''}%n%ex");
        return encoder;
    }

    /** Linux tells; elsewhere is taken for a developer's desk. (System.console() looks at other streams, and changes with the JDK.) */
    private static boolean standardErrorIsTerminal() {
        Path standardError = Path.of("/proc/self/fd/2");
        if (!Files.isSymbolicLink(standardError)) {
            return true;
        }
        try {
            String target = Files.readSymbolicLink(standardError).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException unknown) {
            return false;
        }
    }
}
