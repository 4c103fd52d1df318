package org.kamaelia.tcp;

import java.io.IOException;
import java.net.BindException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The files of UNIX domain sockets; Netty removes one when its socket closes, but see {@link SocketFile}. Blocks for as long as the file system does. */
final class UnixSocket {
    /** The kernel takes 107 bytes. */
    static final OptionType<String> PATH = OptionType.text(
            "the path of a socket",
            "an absolute path of up to 100 plain characters without \"..\", as in \"/run/kamaelia/echo.sock\"",
            Pattern.compile("(?!.*/\\.\\.(/|$))(?=.{2,100}$)(/[A-Za-z0-9._ +@=-]+)+"));

    private UnixSocket() {}

    /**
     * Removes a file that a process left which is gone.
     *
     * @throws BindException if somebody listens there
     * @throws IOException if there is something else, or it can't be removed
     */
    static void removeStale(String path) throws IOException {
        Path file = Path.of(path);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw new IOException("there is a file, and it is no socket: remove it, or use another path");
        }
        if (isAlive(file)) {
            throw new BindException("Address already in use");
        }
        Files.deleteIfExists(file);
    }

    /** Which file there is at a path: equal for the same file, whatever it is called. Null if there is none, or the system can't tell. */
    static @Nullable Object identity(Path path) {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey();
        } catch (IOException none) {
            return null;
        }
    }

    private static boolean isAlive(Path file) throws IOException {
        try (SocketChannel probe = SocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
            // Somebody whose backlog is full would let a blocking one wait.
            probe.configureBlocking(false);
            boolean unused = probe.connect(UnixDomainSocketAddress.of(file));
            return true;
        } catch (java.net.ConnectException refused) {
            return false;
        }
    }
}
