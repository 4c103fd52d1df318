package org.kamaelia.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kamaelia.chassis.Pipeline;
import org.kamaelia.component.ProducerFinished;
import org.kamaelia.component.Scheduler;
import org.kamaelia.component.testing.ComponentRig;

class StylesTest {
    @Test
    void aReactorAnswersEachMessage() {
        // tag::rig[]
        ComponentRig rig = ComponentRig.of(new Styles.Shouter());

        rig.send("inbox", "hello", "world").run();

        assertThat(rig.take("outbox", String.class)).containsExactly("HELLO", "WORLD");
        // end::rig[]
    }

    @Test
    void aStepSendsOneMessageATurnAndSaysFarewell() {
        ComponentRig rig = ComponentRig.of(new Styles.Countdown()).bound("outbox", 1);

        rig.run();
        assertThat(rig.take("outbox", String.class)).containsExactly("t minus 3");
        rig.run();
        assertThat(rig.take("outbox", String.class)).containsExactly("t minus 2");
        rig.run();
        assertThat(rig.take("outbox", String.class)).containsExactly("t minus 1");
        rig.run();

        assertThat(rig.takeSignals()).hasSize(1).allMatch(ProducerFinished.class::isInstance);
        assertThat(rig.hasEnded()).isTrue();
    }

    @Test
    void aRowOfComponentsRunsByHand() {
        // tag::hand[]
        Pipeline row = new Pipeline(new Styles.Countdown(), new Styles.Shouter());
        Scheduler scheduler = new Scheduler();
        scheduler.activate(row);
        scheduler.run(); // until nothing is awake
        // end::hand[]

        assertThat(row.hasEnded()).isTrue();
        assertThat(scheduler.counters().toNowhere())
                .as("to the row's unlinked outbox")
                .isEqualTo(3 + 1);
    }

    @Test
    @Timeout(30)
    void aThreadReadsAFileAndWaitsForWhoTakesItsLines(@TempDir Path folder) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            lines.add("line " + i);
        }
        Path file = Files.write(folder.resolve("lines"), lines);
        ComponentRig rig = ComponentRig.of(new Styles.FileLines(file)).bound("outbox", 10);

        List<String> read = new ArrayList<>();
        while (!rig.hasEnded()) {
            rig.runUntil(() -> rig.dataReady("outbox") || rig.hasEnded(), Duration.ofSeconds(20));
            read.addAll(rig.take("outbox", String.class));
        }

        assertThat(read).isEqualTo(lines);
    }
}
