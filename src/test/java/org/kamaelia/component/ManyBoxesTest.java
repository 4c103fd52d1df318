package org.kamaelia.component;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kamaelia.component.ComponentSnapshot.ForDeadline;

/** One component with very many boxes is looked at for no longer than one with many. */
class ManyBoxesTest {
    private static final int MORE = 2 * ComponentSnapshot.MOST;

    private final HandDriven hand = new HandDriven();
    private final Probe hub = new Probe();
    private final Probe end = new Probe();

    @BeforeEach
    void start() {
        hand.start(hub, end);
        for (int i = 0; i < MORE; i++) {
            hub.link(hub.addOutbox("to-" + i, String.class), end.in);
        }
    }

    @Test
    void theYoungestAreShownInTheOrderTheyWereMade() {
        assertThat(hub.boxes(3)).extracting(Box::name).containsExactly("to-1997", "to-1998", "to-1999");
        assertThat(hub.boxes(Integer.MAX_VALUE)).isEqualTo(hub.boxes());
        assertThat(ComponentSnapshot.of(hub).boxes()).hasSize(ComponentSnapshot.MOST);
    }

    @Test
    void linkagesAreThoseOfTheYoungestBoxes() {
        List<LinkageSnapshot> linkages = LinkageSnapshot.of(hub, MORE);

        assertThat(linkages).hasSize(ComponentSnapshot.MOST);
        assertThat(linkages.get(0).source().box()).isEqualTo("to-1000");
    }

    @Test
    void ofThoseThatLeadToOneBoxNoMoreAreShownThanAskedFor() {
        assertThat(LinkageSnapshot.of(end, 7)).hasSize(7);
        assertThat(LinkageSnapshot.of(end, MORE + 1)).hasSize(MORE);
    }

    @Test
    void deadlinesAreLookedAtUpToABoundToo() {
        end.wakeAfter(Duration.ofSeconds(1));
        for (int i = 0; i < MORE; i++) {
            end.wakeAfter(Duration.ofHours(1));
        }

        assertThat(ComponentSnapshot.of(end).waits()).contains(new ForDeadline(Duration.ofHours(1)));
    }
}
