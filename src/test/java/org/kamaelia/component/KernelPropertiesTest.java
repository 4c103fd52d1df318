package org.kamaelia.component;

import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.kamaelia.component.Program.Kind;
import org.kamaelia.component.Program.Operation;
import org.kamaelia.component.Program.Verdict;

/**
 * Random programs do to the kernel what they do to a {@link KernelModel}. For a long run: {@code
 * -Dtest=KernelPropertiesTest -Djqwik.tries.default=200000}.
 */
class KernelPropertiesTest {

    /** Nothing is lost, doubled or reordered; who is awake and what is refused is as promised. */
    @Property(edgeCases = EdgeCasesMode.NONE)
    void theKernelDoesWhatItsModelDoes(@ForAll("programs") Program program) {
        KernelRun.run(program);
    }

    @Provide
    Arbitrary<Program> programs() {
        Arbitrary<Operation> operations = Arbitraries.frequencyOf(Tuple.of(12, plain()), Tuple.of(1, scripted()));
        return operations.list().ofMinSize(1).ofMaxSize(60).map(Program::new);
    }

    private static Arbitrary<Operation> plain() {
        List<Integer> all = anyBox();
        List<Integer> inboxes = all.stream().filter(Program::isInbox).toList();
        List<Integer> outboxes =
                all.stream().filter(box -> !Program.isInbox(box)).toList();
        return Arbitraries.frequencyOf(
                Tuple.of(12, on(outboxes, Kind.SEND, Kind.OFFER, Kind.OFFER, Kind.ASK_ROOM)),
                Tuple.of(10, on(inboxes, Kind.TELL, Kind.RECEIVE, Kind.POLL, Kind.POLL, Kind.BOUND)),
                Tuple.of(8, on(all, Kind.LINK, Kind.LINK, Kind.LINK, Kind.UNLINK)),
                Tuple.of(2, on(all, Kind.UNLINK_COMPONENT, Kind.REMOVE_CHILD, Kind.REMOVE_BOX, Kind.ADD_BOX)),
                Tuple.of(3, on(all, Kind.ACTIVATE, Kind.WAKE, Kind.ADD_CHILD, Kind.ADD_CHILD, Kind.END)),
                Tuple.of(4, on(all, Kind.RUN)));
    }

    private static Arbitrary<Operation> on(List<Integer> boxes, Kind... kinds) {
        return Combinators.combine(Arbitraries.of(kinds), components(), crowding(boxes), crowding(anyBox()))
                .as(Operation::new);
    }

    private static Arbitrary<Operation> scripted() {
        return Combinators.combine(
                        Arbitraries.of(Kind.IN_STEP, Kind.IN_STEP, Kind.IN_END, Kind.IN_CHILDS_END),
                        components(),
                        plain().list().ofMaxSize(5),
                        Arbitraries.of(Verdict.class))
                .as((kind, a, inner, verdict) -> new Operation(kind, a, 0, 0, inner, verdict));
    }

    private static Arbitrary<Integer> components() {
        return crowding(IntStream.range(0, Program.COMPONENTS).boxed().toList());
    }

    private static List<Integer> anyBox() {
        return IntStream.range(0, Program.BOXES).boxed().toList();
    }

    /** The earlier the likelier, so that what is linked is also used. */
    private static Arbitrary<Integer> crowding(List<Integer> choices) {
        return Arbitraries.frequency(IntStream.range(0, choices.size())
                .mapToObj(i -> Tuple.of(choices.size() - i, choices.get(i)))
                .toList());
    }
}
