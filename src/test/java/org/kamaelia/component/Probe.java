package org.kamaelia.component;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A component that does what a test tells it, and counts its turns; it sleeps unless told otherwise. */
final class Probe extends Component {
    final Inbox<String> in;
    final Outbox<String> out = outbox("outbox", String.class);
    Step does = () -> PAUSE;
    Consumer<@Nullable Throwable> whenEnded = failure -> {};
    BiConsumer<Component, @Nullable Throwable> whenChildEnded = (child, failure) -> {};
    int turns;
    final List<@Nullable Throwable> ends = new ArrayList<>();
    final List<Component> childrenEnded = new ArrayList<>();

    Probe() {
        this(0);
    }

    Probe(int bound) {
        in = addInbox("inbox", String.class, bound);
    }

    Probe does(Step step) {
        does = step;
        return this;
    }

    @Override
    protected Next step() {
        turns++;
        return does.step();
    }

    @Override
    protected void ended(@Nullable Throwable failure) {
        ends.add(failure);
        whenEnded.accept(failure);
    }

    @Override
    protected void childEnded(Component child, @Nullable Throwable failure) {
        childrenEnded.add(child);
        whenChildEnded.accept(child, failure);
    }

    /** Takes all that waits in {@code inbox}. */
    List<String> takeAll() {
        List<String> all = new ArrayList<>();
        for (String next = in.poll(); next != null; next = in.poll()) {
            all.add(next);
        }
        return all;
    }
}
