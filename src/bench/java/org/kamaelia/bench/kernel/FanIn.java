package org.kamaelia.bench.kernel;

import org.kamaelia.component.Component;
import org.kamaelia.component.Inbox;
import org.kamaelia.component.Next;
import org.kamaelia.component.Outbox;
import org.kamaelia.component.Scheduler;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** 1,000 components that send to one box. One that is refused sleeps until there is room again. */
@State(Scope.Thread)
public class FanIn {

    static final int SENDERS = 1_000;
    static final int EACH = 100;

    /** Of the one box: with less than one place for each sender most are refused, again and again. */
    @Param({"100", "1000000"})
    private int bound;

    private final Scheduler scheduler = new Scheduler();
    private final Sender[] senders = new Sender[SENDERS];
    private Collector collector;

    /** Links all of them. */
    @Setup
    public void link() {
        collector = new Collector(bound);
        scheduler.activate(collector);
        for (int i = 0; i < SENDERS; i++) {
            senders[i] = new Sender(collector);
            scheduler.activate(senders[i]);
        }
        scheduler.run();
    }

    /** One operation is one message that has arrived. */
    @Benchmark
    @OperationsPerInvocation(SENDERS * EACH)
    public void fanIn() {
        collector.taken = 0;
        for (Sender sender : senders) {
            sender.begin();
        }
        scheduler.run();
        if (collector.taken != SENDERS * EACH) {
            throw new IllegalStateException(collector.taken + " of " + SENDERS * EACH + " messages arrived");
        }
    }

    private static final class Sender extends Component {
        private final Outbox<Integer> out = outbox("outbox", Integer.class);
        private int left;

        Sender(Collector collector) {
            link(out, collector.in);
        }

        void begin() {
            left = EACH;
            wake();
        }

        @Override
        protected Next step() {
            if (left == 0 || !out.offer(left)) {
                return PAUSE;
            }
            left--;
            return AGAIN;
        }
    }

    private static final class Collector extends Component {
        final Inbox<Integer> in;
        private int taken;

        Collector(int bound) {
            in = inbox("inbox", Integer.class);
            in.bound(bound);
        }

        @Override
        protected Next step() {
            while (in.poll() != null) {
                taken++;
            }
            return PAUSE;
        }
    }
}
