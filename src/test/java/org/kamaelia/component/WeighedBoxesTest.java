package org.kamaelia.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;

/** Boxes of buffers are bounded in bytes. */
class WeighedBoxesTest {
    private static final int KIB = 1024;

    private final HandDriven hand = new HandDriven();
    private final Probe sender = new Probe();
    private final Probe receiver = new Probe();
    private final Outbox<Buffer> out = sender.addOutbox("bytes", Buffer.class);
    private final Inbox<Buffer> in = receiver.addInbox("bytes", Buffer.class);

    WeighedBoxesTest() {
        sender.link(out, in);
    }

    @Test
    void aBoxOfBuffersHolds64KibibytesUnlessToldOtherwise() {
        assertThat(in.bound()).isEqualTo(64 * KIB);
        assertThat(in.unit()).isEqualTo("bytes");
    }

    @Test
    void whoFindsRoomCanSendOneMessageOfAnyWeight() {
        out.send(bytes(63 * KIB));
        assertThat(out.hasRoom()).isTrue();

        out.send(bytes(1000 * KIB));

        assertThat(in.used()).isEqualTo(1063 * KIB);
        assertThat(out.offer(bytes(1))).isFalse();
    }

    @Test
    void collectingGivesTheWeightBack() {
        out.send(bytes(64 * KIB));
        assertThat(out.hasRoom()).isFalse();

        in.receive();

        assertThat(in.used()).isZero();
        assertThat(out.hasRoom()).isTrue();
    }

    @Test
    void tinyBuffersWeighWhatTheyCost() {
        int sent = 0;
        while (out.offer(bytes(1))) {
            sent++;
        }
        assertThat(sent).isBetween(100, 1_000);
    }

    @Test
    void aSenderIsWokenOnceThereIsRoomAndNotByCollectionsBefore() {
        hand.start(sender, receiver);
        out.send(bytes(30 * KIB));
        out.send(bytes(30 * KIB));
        out.send(bytes(60 * KIB));
        assertThat(out.hasRoom()).isFalse();
        int turns = sender.turns;

        in.receive();
        hand.run();
        assertThat(sender.turns).as("90 KiB still wait").isEqualTo(turns);

        in.receive();
        hand.run();
        assertThat(sender.turns).isEqualTo(turns + 1);
    }

    @Test
    void linkingMovesAMessageHeavierThanTheBoundIntoAnEmptyBox() {
        Probe child = new Probe();
        Inbox<Buffer> inner = child.addInbox("bytes", Buffer.class);
        out.send(bytes(1000 * KIB));

        receiver.link(in, inner);

        assertThat(inner.used()).isEqualTo(1000 * KIB);
        assertThat(in.used()).isZero();
    }

    @Test
    void linkingDoesNotMoveMoreThanTheNewBoxTakes() {
        Probe child = new Probe();
        Inbox<Buffer> inner = child.addInbox("bytes", Buffer.class, 20 * KIB);
        out.send(bytes(20 * KIB));
        out.send(bytes(1));

        assertThatExceptionOfType(NoSpaceInBox.class).isThrownBy(() -> receiver.link(in, inner));
        assertThat(in.size()).isEqualTo(2);
        assertThat(inner.size()).isZero();
        assertThat(out.destination()).isSameAs(in);
    }

    private static Buffer bytes(int length) {
        return Buffer.buffer(new byte[length]);
    }
}
