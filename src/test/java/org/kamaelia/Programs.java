package org.kamaelia;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What is installed beside the JDK. */
final class Programs {
    private Programs() {}

    /** Where a program is, also among the daemons where a user's PATH may not look; null if it is missing. */
    static String find(String program) {
        return Stream.concat(
                        Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin", "/sbin"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElse(null);
    }

    /** The same; a test without it is skipped. */
    static String need(String name) {
        String found = find(name);
        assumeTrue(found != null, "there is no " + name + " on this machine");
        return found;
    }
}
