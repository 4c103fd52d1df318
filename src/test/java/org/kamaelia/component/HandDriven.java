package org.kamaelia.component;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A scheduler driven by hand, under a clock that moves when told to, with a record of what it asked its host for. */
final class HandDriven implements Scheduler.Host {
    long now;
    int runsAskedFor;
    volatile int wakeUps;
    final List<Long> timersAskedFor = new ArrayList<>();
    final List<Event> events = new ArrayList<>();
    final Scheduler scheduler = new Scheduler(() -> now, this, event -> events.add(event));

    @Override
    public void runSoon() {
        runsAskedFor++;
    }

    @Override
    public synchronized void wakeUp() {
        wakeUps++;
    }

    @Override
    public void runAt(long nanoTime) {
        timersAskedFor.add(nanoTime);
    }

    /** Activates them and lets them take their first turns. */
    void start(Component... components) {
        for (Component each : components) {
            scheduler.activate(each);
        }
        scheduler.run();
    }

    void run() {
        scheduler.run();
    }

    void advance(Duration time) {
        now += time.toNanos();
        scheduler.run();
    }

    List<Throwable> failures() {
        return events.stream()
                .filter(ComponentFailed.class::isInstance)
                .map(event -> ((ComponentFailed) event).cause())
                .toList();
    }
}
