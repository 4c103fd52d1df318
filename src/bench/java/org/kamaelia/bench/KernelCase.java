package org.kamaelia.bench;

import java.util.List;
import java.util.Map;
import org.kamaelia.bench.kernel.Across;
import org.kamaelia.bench.kernel.Chain;
import org.kamaelia.bench.kernel.ChainLimit;
import org.kamaelia.bench.kernel.FanIn;
import org.kamaelia.bench.kernel.FanInLimit;
import org.kamaelia.bench.kernel.FromOutside;
import org.kamaelia.bench.kernel.FromOutsideLimit;
import org.kamaelia.bench.kernel.HandOff;
import org.kamaelia.bench.kernel.HandOffEventBus;
import org.kamaelia.bench.kernel.HandOffLimit;
import org.kamaelia.bench.kernel.HandOffPekko;
import org.kamaelia.bench.kernel.Life;
import org.kamaelia.bench.kernel.Wake;
import org.kamaelia.bench.kernel.WakeLimit;

/**
 * Figures that are measured in turns, because some are set against others.
 *
 * @param name for the command line
 * @param figures a limit before those set against it
 */
record KernelCase(String name, List<Figure> figures) {

    /** Measured by {@link IdleBench}, not by JMH. */
    static final String IDLE = "idle";

    private static final Map<String, String> NONE = Map.of();

    /** A new one is a line here and a class beside the others. */
    static final List<KernelCase> ALL = List.of(
            handOff(),
            pair(
                    "chain",
                    Figure.of("10 units, an ArrayDeque each (the limit)", ChainLimit.class, NONE),
                    "10 components, a message through all",
                    Chain.class),
            fanIn(),
            pair(
                    "wake",
                    Figure.of("an ArrayDeque of units to call (the limit)", WakeLimit.class, NONE),
                    "wake a component, its step, asleep again",
                    Wake.class),
            new KernelCase(
                    "life",
                    List.of(Figure.of(
                            "make, activate, link twice, end a component",
                            Life.class,
                            NONE,
                            new Target.NanosEach(1_000)))),
            pair(
                    "from-outside",
                    Figure.of("a task for the event loop (the limit)", FromOutsideLimit.class, NONE),
                    "deliver from another thread",
                    FromOutside.class),
            pair(
                    "across",
                    Figure.of("a task for another event loop (the limit)", FromOutsideLimit.class, NONE),
                    "a linkage between two event loops",
                    Across.class),
            new KernelCase(IDLE, List.of()));

    private static KernelCase pair(String name, Figure limit, String title, Class<?> benchmark) {
        return new KernelCase(name, List.of(limit, limit.below(title, benchmark, NONE)));
    }

    private static KernelCase handOff() {
        Figure oneLimit = Figure.of("ArrayDeque, interface call, 1 at a time (the limit)", HandOffLimit.class, at(1));
        Figure manyLimit =
                Figure.of("ArrayDeque, interface call, 64 at a time (the limit)", HandOffLimit.class, at(64));
        return new KernelCase(
                "hand-off",
                List.of(
                        oneLimit,
                        oneLimit.below(
                                "components, 1 at a time",
                                HandOff.class,
                                components(1, false),
                                new Target.PerSecond(150e6),
                                new Target.NoAllocation()),
                        oneLimit.below("the same after other classes ran", HandOff.class, components(1, true)),
                        oneLimit.below("Vert.x event bus, 1 at a time", HandOffEventBus.class, at(1)),
                        oneLimit.below("Pekko typed tell, 1 at a time", HandOffPekko.class, at(1)),
                        manyLimit,
                        manyLimit.below(
                                "components, 64 at a time",
                                HandOff.class,
                                components(64, false),
                                new Target.NoAllocation()),
                        manyLimit.below("the same after other classes ran", HandOff.class, components(64, true)),
                        manyLimit.below("Vert.x event bus, 64 at a time", HandOffEventBus.class, at(64)),
                        manyLimit.below("Pekko typed tell, 64 at a time", HandOffPekko.class, at(64))));
    }

    private static KernelCase fanIn() {
        Figure limit = Figure.of("1,000 units, one ArrayDeque (the limit)", FanInLimit.class, NONE);
        return new KernelCase(
                "fan-in",
                List.of(
                        limit,
                        limit.below("1,000 senders, one inbox", FanIn.class, Map.of("bound", "1000000")),
                        limit.below("the same with room for 100", FanIn.class, Map.of("bound", "100"))));
    }

    private static Map<String, String> at(int outstanding) {
        return Map.of("outstanding", Integer.toString(outstanding));
    }

    private static Map<String, String> components(int outstanding, boolean company) {
        return Map.of("outstanding", Integer.toString(outstanding), "company", Boolean.toString(company));
    }
}
