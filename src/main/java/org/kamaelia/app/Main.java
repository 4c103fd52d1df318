package org.kamaelia.app;

import java.io.PrintStream;
import java.util.Map;
import java.util.function.Consumer;
import org.kamaelia.KamaeliaOptions;
import org.kamaelia.LogOptions;
import org.kamaelia.control.ControlPlane;
import org.kamaelia.control.Role;
import org.kamaelia.control.Tokens;
import org.kamaelia.tcp.InvalidOptions;

/** {@code java -jar kamaelia-vertx.jar}: what the command line asks for, and the exit status that tells how it went. */
public final class Main {

    static final String NAME = "kamaelia-vertx";

    static final int DONE = 0;
    static final int FAILED = 1;
    static final int MISCONFIGURED = 2;

    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;

    Main(Map<String, String> environment, PrintStream out, PrintStream err) {
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    /** Ends the process, whatever threads there are. */
    public static void main(String[] arguments) {
        System.exit(new Main(System.getenv(), System.out, System.err).run(arguments));
    }

    /** Returns the exit status, after a server has been stopped by a signal. */
    int run(String... arguments) {
        try {
            return execute(CommandLine.parse(arguments));
        } catch (ConfigurationFailure failure) {
            failure.problems().forEach(problem -> err.println(NAME + ": " + problem));
            return MISCONFIGURED;
        }
    }

    private int execute(Command command) {
        if (command instanceof Command.Serve serve) {
            // the log tells of listeners that are not required and do not start
            KamaeliaOptions options = configuration(serve.sources(), warning -> {});
            Logging.start(options.log());
            return new Server(options, out, err).run();
        }
        if (command instanceof Command.NewToken token) {
            return newToken(token);
        }
        if (command instanceof Command.PrintConfiguration print) {
            KamaeliaOptions options =
                    configuration(print.sources(), warning -> err.println(NAME + ": warning: " + warning));
            out.println(options.toJson().encodePrettily());
        } else if (command instanceof Command.Version) {
            out.println(NAME + " " + ControlPlane.version());
        } else {
            out.print(CommandLine.HELP);
        }
        return DONE;
    }

    private KamaeliaOptions configuration(Command.Sources sources, Consumer<String> warn) {
        Logging.start(LogOptions.DEFAULT); // else what reading touches logs as Logback does by itself: everything
        return Configuration.load(sources, environment, ConfigurationCheck::of, warn);
    }

    private int newToken(Command.NewToken command) {
        Tokens.NewToken made;
        try {
            made = Tokens.create(command.name(), Role.named(command.role()));
        } catch (InvalidOptions unusable) {
            throw new ConfigurationFailure("--new-token: " + unusable.getMessage());
        }
        // so that ">> FILE" keeps the line, and only the eye sees the token
        err.println("The token, told only here: " + made.token());
        out.println(made.line());
        return DONE;
    }
}
