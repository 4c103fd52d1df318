package org.kamaelia.app;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.kamaelia.tcp.OptionReader;

/** Reads the arguments of {@code java -jar kamaelia-vertx.jar}: {@code --flag VALUE} or {@code --flag=VALUE}. */
final class CommandLine {

    static final String HELP = """
            Kamaelia's TCP server on Vert.x: listeners made of components, operated over REST.

            Usage: java -jar kamaelia-vertx.jar [options]

            Options
              --config FILE          read the configuration from FILE, YAML or JSON
              --set KEY=VALUE        set one value, as in --set listeners.0.port=7000; may be given again
              --port PORT            the same as --set listeners.0.port=PORT; 0 takes any free port
              --admin-port PORT      the same as --set admin.port=PORT
              --print-config         check the configuration as a start does, with the files, protocols and certificates
                                     that it names; print what it comes to as JSON, and end. It opens no port
              --new-token NAME ROLE  make a token for the control plane, and end: the line for the token file goes to
                                     standard output, the token itself to standard error; ROLE is viewer, operator or
                                     admin
              --version              print the version, and end
              --help                 print this, and end

            Without options: an echo listener on 127.0.0.1:1601 and the control plane on http://127.0.0.1:8080.

            Each of these overrules the ones before it: the defaults, the file, the environment, the flags. In the
            environment two underscores part the levels and one stands before a capital: KAMAELIA__ADMIN__PORT is
            admin.port, KAMAELIA__SHUTDOWN__DRAIN_TIMEOUT is shutdown.drainTimeout.

            One line on standard output says what listens where; the log goes to standard error.
            SIGTERM or SIGINT stops gracefully, a second one at once.

            Exit status: 0 after a graceful stop, 1 if something could not start or stop, 2 for a wrong configuration.
            """;

    /** Flags that set one value, with the key they stand for. */
    private static final Map<String, String> SHORT_FORMS =
            Map.of("--port", "listeners.0.port", "--admin-port", "admin.port");

    private static final List<String> FLAGS = List.of(
            "--config", "--set", "--port", "--admin-port", "--print-config", "--new-token", "--version", "--help");

    private final Deque<String> left = new ArrayDeque<>();
    private final List<Setting> settings = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private @Nullable Path file;
    private @Nullable Command command;
    private boolean print;

    private CommandLine() {}

    /** Throws {@link ConfigurationFailure} with all that is wrong in the arguments. */
    static Command parse(String... arguments) {
        CommandLine line = new CommandLine();
        Arrays.stream(arguments).forEach(line.left::add);
        while (!line.left.isEmpty()) {
            line.flag(line.left.remove());
        }
        return line.command();
    }

    private Command command() {
        if (command instanceof Command.Help) {
            return command; // whatever else is there
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationFailure(problems);
        }
        if (command != null) {
            return command;
        }
        Command.Sources sources = new Command.Sources(file, List.copyOf(settings));
        return print ? new Command.PrintConfiguration(sources) : new Command.Serve(sources);
    }

    private void flag(String argument) {
        int equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
        String flag = equals < 0 ? argument : argument.substring(0, equals);
        if (equals >= 0) {
            left.addFirst(argument.substring(equals + 1));
        }
        switch (flag) {
            case "--config" -> file(value(flag, "FILE"));
            case "--set" -> set(flag, value(flag, "KEY=VALUE"));
            case "--port", "--admin-port" -> shortForm(flag, value(flag, "PORT"));
            case "--new-token" -> newToken(flag);
            case "--print-config" -> print = true;
            case "--version" -> command = new Command.Version();
            case "--help", "-h" -> command = new Command.Help();
            default -> unknown(flag);
        }
    }

    private void unknown(String argument) {
        if (!argument.startsWith("-")) {
            problems.add("unexpected argument " + argument + "; --help tells what there is");
            return;
        }
        String near = OptionReader.nearest(argument, FLAGS)
                .map(flag -> ", did you mean " + flag + "?")
                .orElse("");
        problems.add("unknown option " + argument + near + "; --help tells what there is");
        if (!left.isEmpty() && !left.element().startsWith("-")) {
            left.remove(); // its value, and no mistake of its own
        }
    }

    private @Nullable String value(String flag, String what) {
        if (left.isEmpty() || left.element().startsWith("--")) {
            problems.add(flag + " wants " + what);
            return null;
        }
        return left.remove();
    }

    private void file(@Nullable String name) {
        if (name == null) {
            return;
        }
        if (file != null) {
            problems.add("--config is given twice");
        }
        try {
            file = Path.of(name);
        } catch (InvalidPathException unusable) {
            problems.add("--config " + name + ": is no file name");
        }
    }

    private void set(String flag, @Nullable String assignment) {
        if (assignment == null) {
            return;
        }
        try {
            settings.add(Setting.parse(flag, assignment));
        } catch (ConfigurationFailure failure) {
            problems.addAll(failure.problems());
        }
    }

    private void shortForm(String flag, @Nullable String text) {
        String key = SHORT_FORMS.get(flag);
        if (text != null && key != null) {
            settings.add(new Setting(flag, new KeyPath(List.of(key.split("\\."))), text));
        }
    }

    private void newToken(String flag) {
        String name = value(flag, "NAME ROLE");
        String role = name == null ? null : value(flag, "NAME ROLE");
        if (name != null && role != null) {
            command = new Command.NewToken(name, role);
        }
    }
}
