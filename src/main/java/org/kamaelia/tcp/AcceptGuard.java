package org.kamaelia.tcp;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Numbers newcomers in the order of their coming, and keeps a port alive on which nobody can be accepted for now, as when
 * the process has no descriptor left: accepting pauses, tries again after longer and longer pauses, and goes on by itself.
 * Netty's own acceptor would pause for a second each time and log a stack trace. On the accepting event loop.
 */
final class AcceptGuard extends ChannelInboundHandlerAdapter {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /** All is well again when for so long nothing has failed. */
    private static final Duration QUIET = Duration.ofSeconds(1);

    private final ListenPort port;
    private Duration pause = FIRST_PAUSE;
    private boolean pausing;
    /** Of the next attempt, or of the recovery. */
    private @Nullable ScheduledFuture<?> next;

    AcceptGuard(ListenPort port) {
        this.port = port;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof Channel newcomer) {
            port.admission().number(newcomer);
        }
        ctx.fireChannelRead(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (pausing) {
            return;
        }
        pausing = true;
        if (next != null) {
            next.cancel(false);
        }
        // At once: the next attempt would fail in this very turn of the loop.
        ctx.channel().config().setAutoRead(false);
        Future<Void> unused = port.hold(true);
        port.trouble("nobody can be accepted: " + cause.getMessage()
                + "; open connections go on, and accepting is tried again by itself");
        Duration now = pause;
        pause = now.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? now.multipliedBy(2) : LONGEST_PAUSE;
        next = ctx.executor().schedule(() -> tryAgain(ctx), now.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void tryAgain(ChannelHandlerContext ctx) {
        pausing = false;
        Future<Void> unused = port.hold(false);
        next = ctx.executor().schedule(this::recovered, QUIET.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void recovered() {
        pause = FIRST_PAUSE;
        port.trouble(null);
    }
}
