package org.kamaelia.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kamaelia.tcp.ScarceMemory.Lack;

class AcceptGuardTest {
    private static final int FEW = 16;

    private final ListenPort port = new ListenPort("echo", ListenerOptions.of("echo"));
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final EmbeddedChannel newcomer = new EmbeddedChannel();
    private @Nullable String lack;

    /** Another one each time, unless the test says that nothing was found anew. */
    private long figure;

    private boolean nothingNew;

    @BeforeEach
    void guard() {
        channel.freezeTime();
        port.found(channel);
        channel.pipeline().replace("kamaelia", "kamaelia", new AcceptGuard(port, now -> look()));
        channel.runPendingTasks();
    }

    private @Nullable Lack look() {
        figure += nothingNew ? 0 : 1;
        return lack == null ? null : new Lack(lack, figure);
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
        newcomer.finishAndReleaseAll();
    }

    private boolean accepts() {
        channel.runPendingTasks();
        return channel.config().isAutoRead();
    }

    private void accepted() {
        channel.pipeline().fireChannelRead(newcomer);
    }

    private void accepted(int many) {
        for (int i = 0; i < many; i++) {
            assertThat(accepts()).isTrue();
            accepted();
        }
    }

    private void passes(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    @Test
    void withMemoryEnoughNewcomersChangeNothing() {
        accepted(3 * FEW);
        assertThat(accepts()).isTrue();
        assertThat(port.trouble()).isNull();
    }

    @Test
    void whileMemoryIsScarceAFewComeInAfterEachLongerPause() {
        lack = "little left";
        accepted(1);
        assertThat(accepts()).isFalse();
        assertThat(port.trouble())
                .isEqualTo("hardly anybody is accepted: little left; open connections go on, and accepting is tried"
                        + " again by itself");
        for (long pause = 100; pause < 5_000; pause *= 2) {
            passes(pause - 1);
            assertThat(accepts()).isFalse();
            passes(1);
            accepted(FEW);
            assertThat(accepts()).isFalse();
        }
        passes(4_999);
        assertThat(accepts()).isFalse();
        passes(1);
        assertThat(accepts()).isTrue();
        assertThat(port.trouble()).contains("little left");
    }

    @Test
    void asLongAsNothingIsFoundAnewMoreAndMoreComeIn() {
        lack = "little left";
        nothingNew = true;
        accepted(1);
        int allowed = FEW;
        for (long pause = 100; pause < 3_000; pause *= 2) {
            passes(pause);
            accepted(allowed);
            assertThat(accepts()).isFalse();
            allowed *= 2;
        }
        nothingNew = false;
        passes(5_000);
        accepted(FEW);
        assertThat(accepts()).isFalse();
    }

    @Test
    void whenMemoryIsThereAgainAllIsWellAfterAWhile() {
        lack = "little left";
        accepted(1);
        passes(100);
        lack = null;
        accepted(3 * FEW);
        assertThat(port.trouble()).isNotNull();
        passes(1_000);
        assertThat(port.trouble()).isNull();

        lack = "little left";
        accepted(1);
        assertThat(accepts()).isFalse();
        passes(100);
        assertThat(accepts()).isTrue();
    }

    @Test
    void aPortToWhichNobodyComesIsDegradedForAsLongAsMemoryIsScarce() {
        lack = "little left";
        accepted(1);
        passes(100);
        for (int i = 0; i < 10; i++) {
            passes(1_000);
            assertThat(port.trouble()).isNotNull();
        }
        lack = null;
        passes(1_000);
        assertThat(port.trouble()).isNull();
    }

    @Test
    void whatIsToldIsWhatIsLackingNow() {
        channel.pipeline().fireExceptionCaught(new IOException("Too many open files"));
        assertThat(accepts()).isFalse();
        assertThat(port.trouble()).startsWith("nobody can be accepted: Too many open files; ");
        lack = "little left";
        passes(100);
        assertThat(accepts()).isTrue();
        passes(1_000);
        assertThat(port.trouble()).startsWith("hardly anybody is accepted: little left; ");
    }

    @Test
    void aClosedPortIsLookedAtNoMore() {
        lack = "little left";
        accepted(1);
        passes(100);
        // Unlike its own close this leaves what is scheduled as it is.
        channel.unsafe().close(channel.newPromise());
        passes(1_000);
        assertThat(channel.runScheduledPendingTasks()).isEqualTo(-1);
    }
}
