package org.kamaelia.tcp;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Has a UNIX domain socket that listens take no file with it but its own when it closes: Netty removes whatever bears the name
 * by then, and that may be what another process listens on. Where files have no identity it is as Netty does it. On the
 * accepting event loop.
 */
final class SocketFile extends ChannelOutboundHandlerAdapter {
    private final Path path;

    /** The system gives it to no other file as long as the socket is open. */
    private final @Nullable Object own;

    /**
     * Guards what is at a path.
     *
     * @param own which file the socket made there, as {@link UnixSocket#identity} tells
     */
    SocketFile(Path path, @Nullable Object own) {
        this.path = path;
        this.own = own;
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        Path aside = ctx.channel().isOpen() && isReplaced() ? putAside() : null;
        // By the end of this call the socket is closed, and Netty has looked for its file.
        ChannelFuture unused = ctx.close(promise);
        if (aside != null) {
            putBack(aside);
        }
    }

    private boolean isReplaced() {
        Object present = UnixSocket.identity(path);
        return present != null && !present.equals(own);
    }

    private @Nullable Path putAside() {
        Path aside = path.resolveSibling(path.getFileName() + "." + Long.toHexString(System.nanoTime()));
        try {
            return Files.move(path, aside);
        } catch (IOException unmovable) {
            // Nor can it be removed then.
            return null;
        }
    }

    private void putBack(Path aside) {
        try {
            Files.move(aside, path);
        } catch (IOException takenAnew) {
            // Who has the name now has it as if the file had been replaced once more.
            boolean unused = aside.toFile().delete();
        }
    }
}
