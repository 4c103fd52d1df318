package org.kamaelia.tcp;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.kamaelia.tcp.ScarceMemory.Lack;

/**
 * Numbers newcomers in the order of their coming, and keeps a port alive on which nobody can be accepted for now, as when
 * the process has no descriptor left, or should be, as when it has hardly any memory left: accepting pauses, tries again
 * after longer and longer pauses, and goes on by itself. Netty's own acceptor would pause for a second each time and log a
 * stack trace. On the accepting event loop.
 *
 * <p>After each pause a few are accepted even while memory is scarce, and more and more as long as that is no news: what is
 * known of it may be as old as the last collection, and it may take newcomers to bring about the next.
 */
final class AcceptGuard extends ChannelInboundHandlerAdapter {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /** All is well again when for so long nothing has failed. */
    private static final Duration QUIET = Duration.ofSeconds(1);

    /** How many are accepted after a pause while memory is scarce, by what was found since the pause before. */
    private static final int FEW = 16;

    private static final int MANY = 1 << 20;

    private final ListenPort port;
    private final LongFunction<@Nullable Lack> memory;
    private Duration pause = FIRST_PAUSE;
    private boolean pausing;

    /** How many may come after a pause though memory is scarce. */
    private int allowed = FEW;

    /** Of those, how many still may. */
    private int left;

    /** What the scarcity was found by when accepting was tried last. */
    private @Nullable Lack known;

    /** Of the next attempt, or of the recovery. */
    private @Nullable ScheduledFuture<?> next;

    /** @param memory says what is scarce at a time of the system's monotonic clock; null while nothing is */
    AcceptGuard(ListenPort port, LongFunction<@Nullable Lack> memory) {
        this.port = port;
        this.memory = memory;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof Channel newcomer) {
            port.admission().number(newcomer);
        }
        ctx.fireChannelRead(message);
        Lack lack = lackOfMemory();
        if (lack != null) {
            left--;
            if (left <= 0) {
                pause(ctx, words(lack));
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        pause(ctx, "nobody can be accepted: " + cause.getMessage());
    }

    private @Nullable Lack lackOfMemory() {
        return memory.apply(System.nanoTime());
    }

    private static String words(Lack lack) {
        return "hardly anybody is accepted: " + lack.words();
    }

    private void pause(ChannelHandlerContext ctx, String why) {
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
        tell(why);
        Duration now = pause;
        pause = now.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? now.multipliedBy(2) : LONGEST_PAUSE;
        next = ctx.executor().schedule(() -> tryAgain(ctx), now.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void tell(String why) {
        port.trouble(why + "; open connections go on, and accepting is tried again by itself");
    }

    private void tryAgain(ChannelHandlerContext ctx) {
        pausing = false;
        Lack lack = lackOfMemory();
        allowed = lack != null && lack.equals(known) ? Math.min(MANY, 2 * allowed) : FEW;
        left = allowed;
        known = lack;
        Future<Void> unused = port.hold(false);
        lookLater(ctx);
    }

    private void lookLater(ChannelHandlerContext ctx) {
        next = ctx.executor().schedule(() -> look(ctx), QUIET.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Nothing has failed for a while; but perhaps nobody came. */
    private void look(ChannelHandlerContext ctx) {
        Lack lack = lackOfMemory();
        if (lack == null) {
            pause = FIRST_PAUSE;
            left = 0;
            port.trouble(null);
        } else if (ctx.channel().isOpen()) {
            tell(words(lack));
            lookLater(ctx);
        }
    }
}
