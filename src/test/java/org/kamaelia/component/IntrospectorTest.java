package org.kamaelia.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kamaelia.component.TopologyChange.BoxPart;
import org.kamaelia.component.TopologyChange.ComponentPart;
import org.kamaelia.component.TopologyChange.LinkagePart;
import org.kamaelia.component.TopologyChange.Part;

/** The whole topology first, then changes, deletions before additions. */
class IntrospectorTest {
    private final HandDriven hand = new HandDriven();
    private final Probe a = new Probe();
    private final Probe b = new Probe();
    private final Introspector introspector = new Introspector(Duration.ofSeconds(1));
    private final Viewer viewer = new Viewer(introspector);

    /** Never active, so that what comes stays. */
    private static final class Viewer extends Component {
        final Inbox<TopologyChange> in = inbox("inbox", TopologyChange.class);

        Viewer(Introspector introspector) {
            link(introspector.outbox("outbox", TopologyChange.class), in);
        }

        List<TopologyChange> takeAll() {
            List<TopologyChange> all = new ArrayList<>();
            for (TopologyChange next = in.poll(); next != null; next = in.poll()) {
                all.add(next);
            }
            return all;
        }

        @Override
        protected Next step() {
            return PAUSE;
        }
    }

    private static TopologyChange appeared(Part part) {
        return new TopologyChange(true, part);
    }

    private static TopologyChange gone(Part part) {
        return new TopologyChange(false, part);
    }

    @Test
    void theWholeTopologyComesFirst() {
        a.link(a.out, b.in);
        a.addChild(b);

        hand.start(a, b, introspector);

        assertThat(viewer.takeAll())
                .containsExactly(
                        appeared(new ComponentPart("Probe#1", "Probe", null)),
                        appeared(new ComponentPart("Probe#2", "Probe", "Probe#1")),
                        appeared(new BoxPart("Probe#1", "outbox", false)),
                        appeared(new BoxPart("Probe#1", "inbox", true)),
                        appeared(new BoxPart("Probe#2", "outbox", false)),
                        appeared(new BoxPart("Probe#2", "inbox", true)),
                        appeared(new LinkagePart("Probe#1.outbox", "Probe#2.inbox")));
    }

    @Test
    void nothingIsToldWhileNothingChanges() {
        hand.start(a, introspector);
        viewer.takeAll();

        hand.advance(Duration.ofSeconds(1));
        hand.advance(Duration.ofSeconds(1));

        assertThat(viewer.takeAll()).isEmpty();
    }

    @Test
    void changesComeLaterDeletionsBeforeAdditions() {
        Linkage linkage = a.link(a.out, b.in);
        hand.start(a, b, introspector);
        viewer.takeAll();

        a.unlink(linkage);
        a.link(b.out, a.in);
        a.addInbox("more", String.class);
        hand.advance(Duration.ofSeconds(1));

        assertThat(viewer.takeAll())
                .containsExactly(
                        gone(new LinkagePart("Probe#1.outbox", "Probe#2.inbox")),
                        appeared(new BoxPart("Probe#1", "more", true)),
                        appeared(new LinkagePart("Probe#2.outbox", "Probe#1.inbox")));
    }

    @Test
    void anEndTakesLinkagesBoxesAndTheComponentInThatOrder() {
        a.link(a.out, b.in);
        hand.start(a, b, introspector);
        viewer.takeAll();

        hand.scheduler.end(a);
        hand.advance(Duration.ofSeconds(1));

        List<TopologyChange> changes = viewer.takeAll();
        assertThat(changes).hasSize(4).allMatch(each -> !each.appeared());
        assertThat(changes.get(0).part()).isInstanceOf(LinkagePart.class);
        assertThat(changes.get(1).part()).isInstanceOf(BoxPart.class);
        assertThat(changes.get(2).part()).isInstanceOf(BoxPart.class);
        assertThat(changes.get(3).part()).isEqualTo(new ComponentPart("Probe#1", "Probe", null));
    }

    @Test
    void aFullViewerIsWaitedForAndNothingIsMissed() {
        viewer.in.bound(2);
        hand.start(a, b, introspector);
        List<TopologyChange> all = new ArrayList<>();

        for (List<TopologyChange> some = viewer.takeAll(); !some.isEmpty(); some = viewer.takeAll()) {
            assertThat(some).hasSizeLessThanOrEqualTo(2);
            all.addAll(some);
            hand.run();
        }

        assertThat(all).hasSize(6).doesNotHaveDuplicates();
    }

    @Test
    void whatComesAndGoesBetweenTwoLooksIsNotTold() {
        hand.start(introspector);

        hand.start(a);
        hand.scheduler.end(a);
        hand.advance(Duration.ofSeconds(1));

        assertThat(viewer.takeAll()).isEmpty();
    }

    @Test
    void itIsNotToLookWithoutARest() {
        for (Duration interval : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Introspector(interval))
                    .withMessage("the interval of an introspector must be more than 0, not " + interval);
        }
    }

    @Test
    void itEndsWhenToldAndLeavesNothingBehind() {
        hand.start(a, introspector);

        hand.scheduler.deliver(introspector.control(), new ProducerFinished());
        hand.run();

        assertThat(introspector.hasEnded()).isTrue();
        assertThat(hand.scheduler.nextDeadline()).isEqualTo(Long.MAX_VALUE);
    }
}
