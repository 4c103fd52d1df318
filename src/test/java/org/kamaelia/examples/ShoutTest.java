package org.kamaelia.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.testing.ComponentRig;

/** The handler that the README teaches by, and how a handler is tested. */
class ShoutTest {
    // tag::test[]
    @Test
    void answersInCapitals() {
        ComponentRig rig = ComponentRig.of(new Shout());

        rig.send("inbox", Buffer.buffer("hello, grüne Welt\n")).run();

        assertThat(rig.take("outbox", Buffer.class)).containsExactly(Buffer.buffer("HELLO, GRÜNE WELT\n"));
    }
    // end::test[]

    @Test
    void answersAllBeforeItEnds() {
        ComponentRig rig = ComponentRig.of(new Shout());

        rig.send("inbox", Buffer.buffer("a"), Buffer.buffer("b"))
                .send("control", new ProducerFinished())
                .run();

        assertThat(rig.take("outbox", Buffer.class)).containsExactly(Buffer.buffer("A"), Buffer.buffer("B"));
        assertThat(rig.hasEnded()).isTrue();
    }
}
